import { hash } from 'node:crypto';

/** What was known of an image before another line named it. */
export interface Repeat {
  /** The line that named it first. */
  readonly firstLine: number;
  /** It was named once before. */
  readonly isSecond: boolean;
  /** This line asks for other preferences than the first one. */
  readonly differs: boolean;
  /** No line before this one asked for others. */
  readonly isFirstToDiffer: boolean;
}

/** Which images the lines of a file name. */
export interface ImageTable {
  /** @param asked tells preferences apart: 30 bits. @returns undefined when the image is new */
  add(image: ImageKey, line: number, asked: number): Repeat | undefined;
  /** Images so far. */
  readonly size: number;
}

/** The first 64 bits of an image id's SHA-256. */
export interface ImageKey {
  readonly high: number;
  readonly low: number;
}

/** 32-bit words of an entry: the key's two halves, what its first line asked for with two marks above it, that line. */
const WORDS = 4;
const FIRST_SLOTS = 1024;
const MOST_FULL = 0.75;
const ASKED = 0x3fff_ffff;
const REPEATED = 0x4000_0000;
const DIFFERING = 0x8000_0000;

/** Never zero: that marks an empty slot. */
export function imageKeyOf(imageId: string): ImageKey {
  const digits = hash('sha256', imageId, 'hex');
  return { high: Number.parseInt(digits.slice(0, 8), 16), low: Number.parseInt(digits.slice(8, 16), 16) || 1 };
}

/**
 * A hash table of 16 bytes an entry, in one typed array: a million images take 32 MB, as strings in a Map they take 150.
 * Two images of one key are taken for one. Among a million that happens once in 40 million files, and then one image more is
 * said to be repeated: nothing is refused or left out for it.
 */
export function createImageTable(): ImageTable {
  let slots = FIRST_SLOTS;
  let words = new Uint32Array(slots * WORDS);
  let size = 0;

  /** Where the entry of a key is, or belongs. */
  function find({ high, low }: ImageKey): number {
    let slot = low & (slots - 1);
    while (words[slot * WORDS + 1] !== 0) {
      if (words[slot * WORDS + 1] === low && words[slot * WORDS] === high) break;
      slot = (slot + 1) & (slots - 1);
    }
    return slot * WORDS;
  }

  function grow(): void {
    const before = words;
    slots *= 2;
    words = new Uint32Array(slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      const [high = 0, low = 0] = [before[at], before[at + 1]];
      if (low !== 0) words.set(before.subarray(at, at + WORDS), find({ high, low }));
    }
  }

  return {
    add(image, line, asked) {
      const at = find(image);
      if (words[at + 1] === 0) {
        words.set([image.high, image.low, asked & ASKED, line], at);
        size += 1;
        if (size > slots * MOST_FULL) grow();
        return undefined;
      }
      const marked = words[at + 2] ?? 0;
      const differs = (marked & ASKED) !== (asked & ASKED);
      words[at + 2] = marked | REPEATED | (differs ? DIFFERING : 0);
      return {
        firstLine: words[at + 3] ?? 0,
        isSecond: (marked & REPEATED) === 0,
        differs,
        isFirstToDiffer: differs && (marked & DIFFERING) === 0,
      };
    },
    get size() {
      return size;
    },
  };
}
