import { expect, it } from 'vitest';
import { composeImages } from '../../../functions/composition/images.ts';
import { composeTelemetry } from '../../../functions/composition/shared.ts';
import { NOON, plentyOfTime } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

it('another API key is used from the sixth minute on, though the endpoint still takes the old one', async () => {
  let apiKey = 'old-key';
  const { runtime, clock } = recordingRuntime({ secrets: () => ({ SecretString: apiKey }) });
  const keys: (string | undefined)[] = [];
  const transport = async ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => {
    keys.push(headers['x-api-key']);
    return { status: 200, headers: {}, body: '{}', truncated: false };
  };
  const telemetry = composeTelemetry(ENVIRONMENT, runtime, 'reprocess-worker');
  const images = composeImages(ENVIRONMENT, runtime, transport, telemetry);
  await images.read('villa', plentyOfTime(clock));
  apiKey = 'new-key';
  for (const ms of [5 * 60_000 - 1, 5 * 60_000]) {
    clock.set(NOON + ms);
    await images.read('villa', plentyOfTime(clock));
  }
  expect(keys).toEqual(['old-key', 'old-key', 'new-key']);
});
