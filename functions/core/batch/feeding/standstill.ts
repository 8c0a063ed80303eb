import type { Batch } from '../batch.ts';

/** A batch that may go on and does not for so long needs a person. */
const STALLED_AFTER_MS = 60 * 60 * 1000;
/** Longer than a run: meanwhile another container may have served the batches. Older sights say nothing. */
const FORGET_AFTER_MS = 20 * 60 * 1000;

export interface Standstill {
  /**
   * Looks at the batches that may send lines now.
   * @param now epoch ms
   * @returns how many of them have neither sent a line nor heard of one for an hour
   */
  look(batches: readonly Batch[], now: number): number;
}

/** Remembers since when it has seen each batch as it is. A batch that may not go on is forgotten. */
export function createStandstill(): Standstill {
  let seen: ReadonlyMap<string, { readonly progress: string; readonly since: number }> = new Map();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    look(batches, now) {
      const known = now - lookedAt > FORGET_AFTER_MS ? new Map() : seen;
      lookedAt = now;
      seen = new Map(
        batches.map((batch) => {
          const progress = progressOf(batch);
          const before = known.get(batch.batchId);
          return [batch.batchId, before?.progress === progress ? before : { progress, since: now }];
        }),
      );
      return [...seen.values()].filter(({ since }) => now - since >= STALLED_AFTER_MS).length;
    },
  };
}

const progressOf = ({ feed, tally }: Batch) => JSON.stringify([feed.fed.line, tally]);
