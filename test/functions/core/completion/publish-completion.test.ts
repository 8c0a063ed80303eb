import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CompletedImage } from '../../../../functions/core/completion/publish-completion.ts';
import { createPublishCompletion } from '../../../../functions/core/completion/publish-completion.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const item = aLedgerItem({ requestId: 'sqs:1', imageId: 'house' });

describe('the end of an image', () => {
  /** @param verdict what is told of it @param publishMs how long SQS takes */
  async function tell(verdict: Partial<CompletedImage['verdict']>, request?: LedgerItem, publishMs = 0) {
    const clock = standingClock(NOON + 400);
    const [log, metrics] = [listeningLogger(), listeningMetrics()];
    const evidence: unknown[] = [];
    const ids: string[] = [];
    const publishCompletion = createPublishCompletion({
      events: {
        publish: async ({ id }, { signal }) => {
          await clock.sleep(publishMs, signal);
          if (signal.aborted) throw new DependencyUnavailable('result queue', new Error('late'));
          ids.push(id);
        },
      },
      limitEvidence: async (ended) => void evidence.push(ended),
      ...{ randomId: () => 'random', clock, log, metrics },
    });
    const told = { by: 'webhook', hasFailed: false, at: NOON, confirmed: true, ...verdict } as const;
    const findings = {
      image: null,
      confirmed: told.confirmed,
      warnings: [],
      ...(request && { request: { ...request, isAmbiguous: false } }),
    };
    const completed: CompletedImage = { imageId: 'house', body: {}, verdict: told, findings };
    const failed = await publishCompletion(completed, plentyOfTime(clock)).catch((error: unknown) => error);
    return { failed, evidence, ids, log, counted: metrics.counted };
  }

  it('is published and judged, and the log says how long after the call', async () => {
    const { evidence, ids, log } = await tell({}, item);
    expect(ids[0]).toContain('sqs:1');
    expect(evidence).toMatchObject([{ imageId: 'house', request: { requestId: 'sqs:1' } }]);
    const facts = {
      ...{ event_id: ids[0], type: 'image.processed', group: 'house', request_id: 'sqs:1', confirmed: true },
      ...{ by: 'webhook', duration_ms: 400 },
    };
    expect(log.lines).toMatchObject([{ level: 'info', facts }]);
  });

  it('of a request under way is judged without it', async () => {
    const [only] = (await tell({}, { ...item, state: 'waiting' })).evidence;
    expect(only).not.toHaveProperty('request');
  });

  it('that nobody knows shows nothing of the account’s limit', async () => {
    expect((await tell({ isUnknown: true, hasFailed: true })).evidence).toEqual([]);
  });

  it.each([
    [{ hasFailed: true }, ['ImageFailed']],
    [{ status: 'error' }, ['ImageFailed']],
    [{}, []],
  ])('that is %j counts %j', async (verdict, counted) => expect((await tell(verdict)).counted).toEqual(counted));

  it('that was not published fails the call only when it was judged, which must not go on after its invocation', async () => {
    const clock = standingClock();
    const steps: string[] = [];
    const publishCompletion = createPublishCompletion({
      events: { publish: () => Promise.reject(new DependencyUnavailable('result queue', new Error('away'))) },
      limitEvidence: async () => {
        await nextLoop();
        steps.push('judged');
      },
      ...{ randomId: () => 'random', clock, log: listeningLogger(), metrics: listeningMetrics() },
    });
    const verdict = { by: 'webhook', hasFailed: false, at: NOON, confirmed: true } as const;
    const findings = { image: null, confirmed: true, warnings: [] };
    const told = publishCompletion({ imageId: 'house', body: {}, verdict, findings }, plentyOfTime(clock));
    await told.catch(() => steps.push('failed'));
    expect(steps).toEqual(['judged', 'failed']);
  });

  it('that SQS does not take within five seconds fails the call', async () => {
    expect((await tell({}, item, 4999)).failed).toBeUndefined();
    expect((await tell({}, item, 5000)).failed).toBeInstanceOf(DependencyUnavailable);
  });
});
