import { expect, it } from 'vitest';
import type { CompletedImage } from '../../../../../functions/core/completion/publish-completion.ts';
import { createLookAtRequest } from '../../../../../functions/core/completion/sweep/look-at-request.ts';
import type { DueRequest } from '../../../../../functions/core/completion/sweep/ports.ts';
import { aRequest, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0, state: 'succeeded' } as const;
const due: DueRequest = { ...aRequest(), ...counters, lookAt: NOON, wasUnderWay: true, awaitsWebhook: false };

/** Looks at a finished image whose completion stands in the ledger as somebody else has noted it. */
async function lookWhenNotedBy(by: 'webhook' | 'sweep') {
  const clock = standingClock();
  const published: CompletedImage[] = [];
  const completion = { by, hasFailed: false, at: NOON, confirmed: true, isAmbiguous: false };
  const { look } = createLookAtRequest({
    looks: { due: async function* () {}, again: async () => {}, awaitWebhook: async () => {}, end: async () => true },
    completions: { sentRequests: async () => [], note: async () => ({ ...due, completion }) },
    publishCompletion: async (completed) => void published.push(completed),
    schedule: { looksMs: [1000], withinMs: 10_000 },
    ...{ expectsWebhook: true, clock, metrics: listeningMetrics() },
  });
  await look(due, { kind: 'record', record: { status: 'processed' } }, plentyOfTime(clock));
  return published.length;
}

it('what the sweep has found it tells, and what the webhook was faster to note the webhook tells', async () => {
  expect([await lookWhenNotedBy('sweep'), await lookWhenNotedBy('webhook')]).toEqual([1, 0]);
});
