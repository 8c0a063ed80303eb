import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSendAgain } from '../../../../functions/core/budget/send-again.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import { againRequestId, type ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

/** What is queued, and written before, when a failed request is told of. @param standing of the request that sends it again */
async function sendAgain(standing: Partial<LedgerItem>, failed: Partial<LedgerItem> = {}) {
  const clock = standingClock();
  const queued: string[] = [];
  const noted: string[] = [];
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const sent: ReprocessRequest[] = [];
  const accepted: ReprocessRequest[] = [];
  const again = createSendAgain({
    ledger: {
      accept: async (request) => {
        accepted.push(request);
        return aLedgerItem({ ...request, attempts: 0, state: 'accepted', ...standing });
      },
    },
    queue: {
      send: async (request: ReprocessRequest) => {
        const { again: of } = request;
        sent.push(request);
        // Noted before: a crash in between would leave it unknown which request goes on.
        if (noted.length === 0 && failed.againAs === undefined) throw new Error('it is not noted yet');
        queued.push(`round ${of?.round}`);
      },
    },
    requests: {
      hasNewer: async () => false,
      noteAgain: async (requestId, againId) => {
        await nextLoop();
        noted.push(`${requestId} is sent again as ${againId}`);
      },
    },
    ...{ clock, log, metrics },
  });
  await again(aLedgerItem(failed), plentyOfTime(clock));
  return { queued, sent, accepted, noted, log, metrics };
}

describe('a request that failed only for the limit', () => {
  it('is queued as a new one, and counted', async () => {
    const { queued, metrics } = await sendAgain({});
    expect([queued, metrics.counted]).toEqual([['round 1'], ['SentAgain']]);
  });

  it('is queued as it was accepted first, also by whom it is told of once more', async () => {
    const { sent } = await sendAgain({ acceptedAt: NOON - 5000 });
    expect(sent).toMatchObject([{ acceptedAt: NOON - 5000 }]);
  });

  it('is the same request in all but its id: also for whom, under which version, and until when it is wanted', async () => {
    const wanted = {
      imageId: 'house',
      preferences: { sky_replacement: true },
      partner: 'acme',
      senderRequestId: 'order-7',
      apiVersion: '2026-01-01',
      notAfter: NOON + 86_400_000,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      upload: { file: 'acme/house.jpg', line: 1 },
    };
    const { accepted } = await sendAgain({}, { ...wanted, acceptedAt: NOON - 3_600_000 });
    expect(accepted).toEqual([expect.objectContaining({ ...wanted, acceptedAt: NOON })]);
  });

  it.each<[string, Partial<LedgerItem>]>([
    ['claimed', { attempts: 1 }],
    ['waiting for its next attempt', { attempts: 1, state: 'waiting' }],
    ['waiting though no attempt counted', { attempts: 0, state: 'waiting' }],
    ['started', { attempts: 1, state: 'succeeded' }],
  ])('is not queued once more when the new one is %s', async (_, standing) => {
    expect((await sendAgain(standing)).queued).toEqual([]);
  });

  it('names the one that goes on, once', async () => {
    const { noted, accepted, log } = await sendAgain({}, { requestId: 'sqs:failed' });
    expect(noted).toEqual([`sqs:failed is sent again as ${accepted[0]?.requestId}`]);
    const facts = { request_id: accepted[0]?.requestId, again_for: 'sqs:failed', round: 1 };
    expect(log.lines).toMatchObject([{ level: 'info', facts }]);
    expect((await sendAgain({}, { requestId: 'sqs:failed', againAs: 'sqs:again' })).noted).toEqual([]);
  });

  it('is sent again 14 times at the most', async () => {
    const round = (of: number) => ({ again: { requestId: 'sqs:first', round: of } });
    const [last, none] = [await sendAgain({}, round(13)), await sendAgain({}, round(14))];
    expect([last.queued, none.queued]).toEqual([['round 14'], []]);
    // Each round is that of the first request, and not of the one before.
    const again = { requestId: 'sqs:first', round: 14 };
    expect(last.accepted).toMatchObject([{ requestId: againRequestId('sqs:first', 14), again }]);
  });
});
