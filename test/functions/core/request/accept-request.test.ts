import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { Ledger, LedgerItem } from '../../../../functions/core/ports.ts';
import { type AcceptRequestParts, createAcceptRequest } from '../../../../functions/core/request/accept-request.ts';
import type { ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import {
  aLedgerItem,
  aRequest,
  listeningLogger,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const WAIT_MS = 10_000;
const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON };

/** A caller that waits for an outcome which stands in the ledger after so many ms. */
async function waitFor(outcomeAfterMs: number) {
  const clock = standingClock();
  const request = aRequest({ source: 'http', partner: 'acme' });
  const item = aLedgerItem({ ...request, attempts: 0, state: 'accepted' });
  let looks = 0;
  const find: Ledger['find'] = async (_, { signal }) => {
    looks += 1;
    // As the adapter has it: a read that is given up looks like one that failed.
    if (signal.aborted) throw new DependencyUnavailable('ledger', signal.reason);
    return clock.now() - NOON < outcomeAfterMs ? item : { ...item, state: 'succeeded', outcome };
  };
  const ledger = { accept: async () => item, find } as unknown as Ledger;
  const log = listeningLogger();
  const parts = { clock, log, queue: { send: async () => {} }, isBacklogged: async () => false };
  const accepted = await createAcceptRequest({ ...parts, ledger })(request, WAIT_MS, plentyOfTime(clock));
  return { kind: accepted.kind, waitedMs: clock.now() - NOON, looks, log };
}

describe('a caller that waits', () => {
  it.each([
    [110, 25, 5],
    [400, 80, 12],
    [1000, 200, 17],
    [8000, 1000, 33],
    [WAIT_MS - 1, 1, 40],
  ])('for an outcome after %d ms has it at most %d ms later, after at most %d looks', async (after, later, most) => {
    const { kind, waitedMs, looks } = await waitFor(after);
    expect(kind).toBe('ended');
    expect(waitedMs - after).toBeLessThanOrEqual(later);
    expect(looks).toBeLessThanOrEqual(most);
  });

  it('for one that does not come ends in time, without blaming the ledger', async () => {
    const { kind, waitedMs, log } = await waitFor(WAIT_MS * 2);
    expect({ kind, waitedMs, lines: log.lines }).toEqual({ kind: 'under_way', waitedMs: WAIT_MS, lines: [] });
  });
});

describe('a caller', () => {
  /** @param find what the ledger has later @param leftMs of the invocation */
  async function call(
    find: Ledger['find'],
    leftMs = 60_000,
    isBacklogged: AcceptRequestParts['isBacklogged'] = async () => false,
  ) {
    const clock = standingClock();
    const item = aLedgerItem({ source: 'http', state: 'accepted' });
    const log = listeningLogger();
    const ledger = { accept: async () => item, find } as unknown as Ledger;
    const acceptRequest = createAcceptRequest({ clock, log, ledger, queue: { send: async () => {} }, isBacklogged });
    const limits = { ...plentyOfTime(clock), deadline: NOON + leftMs };
    const accepted = await acceptRequest(item, WAIT_MS, limits).catch((error: unknown) => error);
    return { accepted, log, waitedMs: clock.now() - NOON };
  }

  it.each([
    [6000, 4000],
    [2001, 1],
    [2000, 0],
  ])('whose invocation has %d ms left waits %d ms, so that there is time to respond', async (leftMs, ms) => {
    const { accepted, waitedMs } = await call(async () => undefined, leftMs);
    expect([accepted, waitedMs]).toMatchObject([{ kind: 'under_way' }, ms]);
  });

  it('is told when there was no time to wait at all', async () => {
    expect((await call(async () => undefined, 2000)).accepted).toMatchObject({ kind: 'under_way', isEarly: true });
  });

  it.each([
    [2300, 300],
    [60_000, 1000],
  ])('whose invocation has %d ms left waits at most %d ms for the depth of the queue', async (leftMs, ms) => {
    const deadlines: number[] = [];
    const isBacklogged: AcceptRequestParts['isBacklogged'] = async ({ deadline }) => {
      deadlines.push(deadline - NOON);
      return true;
    };
    await call(async () => undefined, leftMs, isBacklogged);
    expect(deadlines).toEqual([ms]);
  });

  it('whose invocation is cut off is not waited for any longer', async () => {
    const clock = standingClock();
    const cut = new AbortController();
    let looks = 0;
    const find = async () => {
      looks += 1;
      return undefined;
    };
    const item = aLedgerItem({ source: 'http', state: 'accepted' });
    const parts = { log: listeningLogger(), queue: { send: async () => {} }, isBacklogged: async () => false };
    const acceptRequest = createAcceptRequest({
      ...{ ...parts, ledger: { accept: async () => item, find } as unknown as Ledger },
      clock: { ...clock, sleep: (ms) => clock.sleep(ms).then(() => cut.abort()) },
    });
    await acceptRequest(item, WAIT_MS, { ...plentyOfTime(clock), signal: cut.signal });
    expect(looks).toBe(0);
  });

  it('waits on though the ledger cannot be read, and the log says so', async () => {
    const { accepted, log } = await call(() => Promise.reject(new DependencyUnavailable('ledger', new Error('away'))));
    expect(accepted).toMatchObject({ kind: 'under_way', isEarly: false });
    expect(log.lines[0]).toMatchObject({ level: 'warn', facts: { error: expect.anything() } });
  });

  it('hears of a bug', async () => {
    const bug = new TypeError('a bug');
    expect((await call(() => Promise.reject(bug))).accepted).toBe(bug);
  });

  it('is not made to wait in a backlog', async () => {
    const { accepted, waitedMs } = await call(
      async () => undefined,
      60_000,
      async () => true,
    );
    expect([accepted, waitedMs]).toMatchObject([{ kind: 'under_way', isEarly: true }, 0]);
  });
});

it('a caller whose id stands for other content gets nothing of what became of that', async () => {
  const clock = standingClock();
  const request = aRequest({ source: 'http' });
  const accept = async () => aLedgerItem({ ...request, fingerprint: 'of another request', outcome });
  const parts = { clock, log: listeningLogger(), queue: { send: async () => {} }, isBacklogged: async () => false };
  const acceptRequest = createAcceptRequest({ ...parts, ledger: { accept } as unknown as Ledger });
  expect(await acceptRequest(request, WAIT_MS, plentyOfTime(clock))).toEqual({ kind: 'reused' });
});

it.each<[string, Partial<LedgerItem>, number]>([
  [
    'that nobody has claimed is queued: its first call may have died before that',
    { attempts: 0, state: 'accepted' },
    1,
  ],
  ['that a worker has is not', { attempts: 1, state: 'accepted' }, 0],
  ['that waits for its next attempt is not', { attempts: 1, state: 'waiting' }, 0],
  ['that waits though no attempt counted is not', { attempts: 0, state: 'waiting' }, 0],
])('a repeated request %s', async (_, standing, sent) => {
  const clock = standingClock();
  const request = aRequest({ source: 'http' });
  const item = aLedgerItem({ ...request, acceptedAt: NOON - 1000, ...standing });
  let queued = 0;
  const send = async () => {
    queued += 1;
  };
  const parts = { clock, log: listeningLogger(), queue: { send }, isBacklogged: async () => false };
  const acceptRequest = createAcceptRequest({ ...parts, ledger: { accept: async () => item } as unknown as Ledger });
  await acceptRequest(request, 0, plentyOfTime(clock));
  expect(queued).toBe(sent);
});

it('a repeated request is queued with what its first call said, which the ledger has', async () => {
  const clock = standingClock();
  const first = { acceptedAt: NOON - 5000, notAfter: NOON + 60_000, traceparent: 'of the first call', partner: 'acme' };
  const request = aRequest({ source: 'http', notAfter: NOON + 1, traceparent: 'of the second call', partner: 'acme' });
  const item = aLedgerItem({ ...request, ...first, attempts: 0, state: 'accepted' });
  const queued: ReprocessRequest[] = [];
  const send = async (sent: ReprocessRequest) => void queued.push(sent);
  const parts = { clock, log: listeningLogger(), queue: { send }, isBacklogged: async () => false };
  const acceptRequest = createAcceptRequest({ ...parts, ledger: { accept: async () => item } as unknown as Ledger });
  await acceptRequest(request, 0, plentyOfTime(clock));
  expect(queued).toEqual([{ ...request, ...first }]);
});
