import type { Random } from '../functions/core/ports.ts';

/** Chance that repeats: the same seed and the same questions in the same order give the same answers. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  readonly next: Random;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  /** True in so many of 1 cases. */
  yes(share: number): boolean;
  of<Item>(items: readonly [Item, ...Item[]]): Item;
  /** One of them, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** A stream of its own, so that a question more in one part of the simulator does not change every other part. */
  fork(name: string): Chance;
}

export function createChance(seed: string): Chance {
  const next = sfc32(seed);
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));

  function weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    throw new Error('weights must hold a number above 0');
  }

  function shuffled<Item>(items: readonly Item[]): Item[] {
    const rest = [...items];
    return Array.from({ length: rest.length }, () => rest.splice(whole(0, rest.length - 1), 1)[0] as Item);
  }

  return {
    next,
    whole,
    weighted,
    shuffled,
    yes: (share) => next() < share,
    of: (items) => items[whole(0, items.length - 1)] ?? items[0],
    fork: (name) => createChance(`${seed}/${name}`),
  };
}

// Chris Doty-Humphrey's sfc32, its state filled by an FNV hash of the text.
function sfc32(text: string): Random {
  let [a, b, c, d] = [hash(`${text}a`), hash(`${text}b`), hash(`${text}c`), 1];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}
