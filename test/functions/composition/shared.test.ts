import { describe, expect, it } from 'vitest';
import { composeCallbackDelivery } from '../../../functions/composition/callback-delivery.ts';
import { composeDeadLetters } from '../../../functions/composition/dead-letters.ts';
import { composeWebhook } from '../../../functions/composition/webhook.ts';
import { composeWorker } from '../../../functions/composition/worker.ts';
import { plentyOfTime } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

describe('a message that is returned', () => {
  it.each([
    ['the worker', composeWorker, ENVIRONMENT.REQUESTS_QUEUE_URL],
    ['the function of dead letters', composeDeadLetters, ENVIRONMENT.DEAD_LETTERS_QUEUE_URL],
    ['the function that calls partners back', composeCallbackDelivery, ENVIRONMENT.CALLBACKS_QUEUE_URL],
  ])(
    'by %s goes back to the queue that it came from, and waits half an hour when it comes too often',
    async (_, compose, QueueUrl) => {
      const { runtime, clock, asked } = recordingRuntime();
      const { visibility, receiveBudget } = compose(ENVIRONMENT, runtime);
      await visibility.hide('receipt', 5000, plentyOfTime(clock));
      expect(asked.sqs).toMatchObject([{ QueueUrl, ReceiptHandle: 'receipt', VisibilityTimeout: 5 }]);
      expect(receiveBudget).toEqual({ freeReceives: 300, slowedWaitMs: 1_800_000 });
    },
  );
});

it('a secret that cannot be read is named in the log, which says why', async () => {
  const lines: string[] = [];
  const { runtime } = recordingRuntime({ secrets: () => ({ SecretString: '' }) });
  const { isAuthentic } = composeWebhook(ENVIRONMENT, { ...runtime, write: (line) => void lines.push(line) });
  expect(await isAuthentic(['token'])).toBe(false);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    message: 'a secret could not be read',
    secret: 'token',
    cause: expect.stringContaining('was never filled'),
  });
});
