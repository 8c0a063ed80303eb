import { expect, it } from 'vitest';
import { composeApi } from '../../../functions/composition/api.ts';
import { NOON, plentyOfTime } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

it('the API reads the pause of the account once in five seconds', async () => {
  const { runtime, clock, asked } = recordingRuntime();
  const { recentPause } = composeApi(ENVIRONMENT, runtime);
  const readsAt = async (now: number) => {
    clock.set(now);
    await recentPause.read(plentyOfTime(clock));
    return asked.dynamo.length;
  };
  expect([await readsAt(NOON), await readsAt(NOON + 4999), await readsAt(NOON + 5000)]).toEqual([1, 1, 2]);
});
