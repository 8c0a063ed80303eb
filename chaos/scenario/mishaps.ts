import type { Mishap } from '../models/lambda/environment.ts';
import type { Chance } from '../random.ts';

/** What befalls one invocation after the other. @param share so many of 1 meet with one */
export function createMishaps(share: number, chance: Chance): () => Mishap | undefined {
  return () => {
    if (!chance.yes(share)) return undefined;
    const kind = chance.weighted({ dies_before: 2, dies_after: 2, stalls: 1 });
    return { step: chance.whole(1, chance.of([4, 12, 40])), kind, ms: chance.whole(1000, 80_000) };
  };
}
