import { expect, it } from 'vitest';
import { composeCallbacks } from '../../../functions/composition/callbacks.ts';
import { composeTelemetry } from '../../../functions/composition/shared.ts';
import { NOON, plentyOfTime } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

it('a key that was added makes new secrets from the sixth minute on', async () => {
  const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
  let keys: object = { first };
  const { runtime, clock } = recordingRuntime({ secrets: () => ({ SecretString: JSON.stringify(keys) }) });
  const telemetry = composeTelemetry(ENVIRONMENT, runtime, 'callback-api');
  const { readKeys } = composeCallbacks(ENVIRONMENT, runtime, telemetry);
  const newestAt = async (epochMs: number) => {
    clock.set(epochMs);
    return [...(await readKeys(plentyOfTime(clock))).keys()].at(-1);
  };
  expect(await newestAt(NOON)).toBe('first');
  keys = { first, second };
  expect(await newestAt(NOON + 5 * 60_000 - 1)).toBe('first');
  expect(await newestAt(NOON + 5 * 60_000)).toBe('second');
});
