import type { SingleFaults } from '../fault-schedule.ts';
import type { Mishap } from '../models/lambda/environment.ts';
import type { Chance } from '../random.ts';

/** Functions of which one invocation does a lot, and of which there are few. */
const LONG: readonly string[] = ['feeder', 'upload-trigger', 'sweep'];

/** What befalls one invocation of a function after the other. @param share so many of 1 meet with one */
export function createMishaps(
  name: string,
  share: number,
  chance: Chance,
  singles: SingleFaults,
): () => Mishap | undefined {
  const isLong = LONG.includes(name);
  const reach: [number, ...number[]] = isLong ? [8, 40, 200] : [4, 12, 40];
  const often = isLong ? share * 5 : share;
  return () => {
    if (!chance.yes(often)) return undefined;
    const kind = chance.weighted({ dies_before: 2, dies_after: 2, stalls: 1 });
    const mishap = { step: chance.whole(1, chance.of(reach)), kind, ms: chance.whole(1000, 80_000) };
    return singles.happens(`${name} ${kind}`) ? mishap : undefined;
  };
}
