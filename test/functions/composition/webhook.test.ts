import { expect, it } from 'vitest';
import { composeWebhook } from '../../../functions/composition/webhook.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

it('a call of the webhook without a token is refused, and costs no read of the secret', async () => {
  const { runtime, asked } = recordingRuntime({ secrets: () => ({ SecretString: 'the-token' }) });
  const { isAuthentic } = composeWebhook(ENVIRONMENT, runtime);
  expect([await isAuthentic([]), asked.secrets]).toEqual([false, []]);
  expect(await isAuthentic(['the-token'])).toBe(true);
});
