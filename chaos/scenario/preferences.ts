import type { Preferences } from '../../functions/core/request/preferences.ts';
import { REFUSED_STYLE } from '../models/endpoint.ts';
import type { Poison } from '../poison.ts';
import type { Chance } from '../random.ts';

const MINUTE = 60_000;
/** The share of requests that crash the worker, in one run or another. */
const POISONED = [0.006, 0.006, 0.006, 0.05] as const;

/** Creates the parts of submissions, for any entry point. */
export interface Drafts {
  /** Which image, and how many ms after the start. */
  place(): { readonly imageId: string; readonly at: number };
  preferencesFor(ref: string): Preferences;
  /** ISO 8601, for a submission at that time. */
  notAfter(at: number): string;
}

export interface DraftsParts {
  /** The first three are asked for far more often than the others. */
  readonly images: readonly [string, ...string[]];
  /** Epoch ms. */
  readonly start: number;
  readonly chance: Chance;
}

export function createDrafts({ images, start, chance }: DraftsParts): Drafts {
  const span = chance.of([2 * MINUTE, 20 * MINUTE, 120 * MINUTE]);
  const poisoned = chance.of(POISONED);
  const hot = images.slice(0, 3) as [string, ...string[]];
  let burst = { imageId: images[0], at: 0, left: 0 };

  return {
    place() {
      if (burst.left > 0) {
        burst = { ...burst, left: burst.left - 1, at: burst.at + chance.whole(0, 1500) };
        return burst;
      }
      const at = chance.whole(0, span);
      const imageId = chance.yes(0.4) ? chance.of(hot) : chance.of(images);
      if (chance.yes(0.1)) burst = { imageId, at, left: chance.whole(3, 14) };
      return { imageId, at };
    },
    preferencesFor(ref) {
      // Without a unique mark: another request with equal preferences.
      if (chance.yes(0.15)) return { enhance_type: chance.of(['warm', 'neutral']) };
      const style = chance.yes(0.02) ? REFUSED_STYLE : chance.of(['warm', 'neutral', 'modern']);
      const kinds: [Poison, Poison, Poison] = ['on_claim', 'on_sending', 'on_answer'];
      const poison = chance.yes(poisoned) ? { poison: chance.of(kinds) } : {};
      const odd = chance.yes(0.02) ? { image_name: 'odd \uFFFE\uFFFF \u0001 name' } : {};
      return { ref, enhance_type: style, ...odd, ...poison };
    },
    notAfter: (at) => new Date(start + at + chance.whole(1000, 40 * MINUTE)).toISOString(),
  };
}
