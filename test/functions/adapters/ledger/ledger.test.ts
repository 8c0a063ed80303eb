import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../../functions/adapters/ledger/ledger.ts';
import { LEDGER_RETENTION_MS } from '../../../../functions/adapters/ledger/ledger-item.ts';
import { createListOfImage } from '../../../../functions/adapters/ledger/requests/list-requests.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { Ledger, LedgerItem, Limits } from '../../../../functions/core/ports.ts';
import { MAX_CRASHES } from '../../../../functions/core/processing/crash.ts';
import { fingerprintOf, type ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import type { ListOfImage } from '../../../../functions/core/request/request-lists.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { refusingWrites, startLedgerTable } from '../../../support/ledger-table.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let clock: ReturnType<typeof standingClock>;
let ledger: Ledger;
let listOfImage: ListOfImage;
let limits: Limits;

beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  clock = standingClock();
  limits = plentyOfTime(clock);
  const send = database.client.send.bind(database.client);
  const parts = { send, table: database.table, clock };
  ledger = createLedger({ ...parts, randomId: randomUUID });
  listOfImage = createListOfImage(parts);
});

const lease = 60_000;
const succeeded: Outcome = { kind: 'succeeded', response: '{"image_id":"i"}', attempts: 1, warnings: ['w'], at: NOON };
const refused: Outcome = {
  kind: 'failed',
  error: { ...failure('not_found', 'no such image'), status: 404, endpoint: '{"message":"no"}' },
  attempts: 1,
  warnings: [],
  at: NOON,
};

async function claimed(request: ReprocessRequest): Promise<LedgerItem> {
  const claim = await ledger.claim(request, aLease(clock.now() + lease), limits);
  if (claim.kind !== 'claimed') throw new Error(`not claimed: ${claim.kind}`);
  return claim.item;
}

const stored = ({ requestId }: ReprocessRequest) => database.item(requestId);

describe('accept', () => {
  it('writes a request once, and returns the existing item to the second caller', async () => {
    const its = {
      ...{ partner: 'acme', notAfter: NOON + 5, apiVersion: '2025-05-08', traceparent: 'the first' },
      ...{ senderRequestId: 'order-7', upload: { file: 'requests/a.csv', line: 7 } },
      batch: { batchId: 'b_1', round: 3 },
    };
    const request = aRequest({ source: 'http', ...its, preferences: { n: 1, hdr: true } });
    expect(await ledger.accept(request, limits)).toMatchObject({ state: 'accepted' });
    const second = { ...request, acceptedAt: NOON + 99, partner: 'other', traceparent: 'the second' };
    const again = await ledger.accept(second, limits);
    expect(again).toMatchObject({ ...its, acceptedAt: NOON, state: 'accepted' });
    expect(again).toEqual(await ledger.find(request.requestId, limits));
    expect(again.preferences).toEqual({ n: 1, hdr: true });
  });

  it('keeps which request is sent again, and in which round', async () => {
    const again = { requestId: 'sqs:first', round: 2 };
    expect(await ledger.accept(aRequest({ again }), limits)).toMatchObject({ again });
  });

  it('replaces an item that has expired', async () => {
    const request = aRequest({ source: 'http', partner: 'acme' });
    await ledger.accept(request, limits);
    clock.set(NOON + LEDGER_RETENTION_MS);
    expect(await ledger.find(request.requestId, limits)).toBeUndefined();
    expect(await ledger.accept({ ...request, acceptedAt: clock.now() }, limits)).toMatchObject({ state: 'accepted' });
    expect((await ledger.find(request.requestId, limits))?.acceptedAt).toBe(clock.now());
  });
});

describe('claim', () => {
  it('makes the item of a request that came by SQS, and counts the attempt', async () => {
    const request = aRequest();
    expect(await claimed(request)).toMatchObject({
      requestId: request.requestId,
      attempts: 1,
      crashes: 0,
      claimedBy: 'message#1',
      firstAttemptAt: NOON,
      leaseUntil: NOON + lease,
      preferences: request.preferences,
    });
  });

  it('keeps what the HTTP entry point wrote: partner and time of acceptance', async () => {
    const request = aRequest({ source: 'http', partner: 'acme' });
    await ledger.accept(request, limits);
    const { partner: _, ...fromTheQueue } = { ...request, acceptedAt: NOON + 1000 };
    expect(await claimed(fromTheQueue)).toMatchObject({ partner: 'acme', acceptedAt: NOON, attempts: 1 });
  });

  it.each(['http', 'upload'] as const)('knows no request of %s that it has not accepted', async (source) => {
    const request = aRequest({ source });
    expect(await ledger.claim(request, aLease(NOON + lease), limits)).toEqual({ kind: 'unknown' });
    expect(await ledger.find(request.requestId, limits)).toBeUndefined();
  });

  it('lets one of two have it while the lease lives, and the next one afterwards', async () => {
    const request = aRequest();
    await claimed(request);
    expect(await ledger.claim(request, aLease(NOON + 2 * lease), limits)).toEqual({
      kind: 'not_yet',
      until: NOON + lease,
    });
    clock.set(NOON + lease);
    expect(await claimed(request)).toMatchObject({ attempts: 2, crashes: 0, lostResponses: 1, firstAttemptAt: NOON });
  });

  it('lets exactly one of twenty at the same time have it', async () => {
    const request = aRequest();
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => ledger.claim(request, aLease(NOON + lease), limits)),
    );
    expect(claims.map(({ kind }) => kind).sort()).toEqual(['claimed', ...Array(19).fill('not_yet')]);
  });

  it('refuses the same id with other content, and leaves its item as it is', async () => {
    const request = aRequest();
    await claimed(request);
    const before = await ledger.find(request.requestId, limits);
    const other = { ...request, fingerprint: fingerprintOf(request.imageId, { other: 1 }) };
    expect(await ledger.claim(other, aLease(NOON + lease), limits)).toEqual({ kind: 'reused' });
    expect(await ledger.find(request.requestId, limits)).toEqual(before);
  });

  it('refuses other content also when the request is due for its next attempt', async () => {
    const request = aRequest();
    const lastError = { code: 'x', detail: 'y' };
    const wait = {
      startedAt: NOON,
      nextAttemptAt: NOON + 5000,
      counts: true,
      lastError,
      lostResponses: 0,
      retriedMs: 0,
    };
    await ledger.wait(await claimed(request), wait, limits);
    clock.set(NOON + 5000);
    const other = { ...request, fingerprint: fingerprintOf(request.imageId, { other: 1 }) };
    expect(await ledger.claim(other, aLease(NOON + lease), limits)).toEqual({ kind: 'reused' });
    expect(await ledger.find(request.requestId, limits)).toMatchObject({ attempts: 1, state: 'waiting' });
  });

  it('hands out the outcome of a request that has ended', async () => {
    const request = aRequest();
    await claimed(request);
    await ledger.record(request, succeeded, limits);
    clock.set(NOON + 10 * lease);
    expect(await ledger.claim(request, aLease(NOON + 11 * lease), limits)).toMatchObject({
      kind: 'ended',
      outcome: succeeded,
    });
  });

  it('abandons a request whose function crashed three times', async () => {
    const request = aRequest();
    for (let begun = 1; begun <= MAX_CRASHES; begun += 1) {
      const dead = await claimed(request);
      expect(dead).toMatchObject({ attempts: begun, crashes: begun - 1, lostResponses: 0 });
      clock.set(clock.now() + 6 * lease);
      expect(await ledger.markCrashed(dead, limits)).toBe(begun);
    }
    expect(await ledger.claim(request, aLease(clock.now() + lease), limits)).toMatchObject({
      kind: 'abandoned',
      item: { attempts: 3 },
    });
  });

  it('continues a request whose claims were never ended, however often and however late', async () => {
    const request = aRequest();
    for (let begun = 1; begun <= 2 * MAX_CRASHES; begun += 1) {
      expect(await claimed(request)).toMatchObject({ attempts: begun, crashes: 0, lostResponses: begun - 1 });
      clock.set(clock.now() + (begun % 2 === 0 ? 1 : 60) * lease);
    }
  });

  it('begins anew with an item that has expired', async () => {
    const request = aRequest({ preferences: { old: true } });
    await claimed(request);
    await ledger.record(request, succeeded, limits);
    clock.set(NOON + LEDGER_RETENTION_MS + 1000);
    const fresh = {
      ...request,
      preferences: { fresh: true },
      fingerprint: fingerprintOf(request.imageId, { fresh: true }),
    };
    expect(await claimed(fresh)).toMatchObject({
      attempts: 1,
      preferences: { fresh: true },
      firstAttemptAt: clock.now(),
      leaseUntil: clock.now() + lease,
      claimedBy: 'message#1',
      claimId: expect.any(String),
    });
    expect((await ledger.find(request.requestId, limits))?.outcome).toBeUndefined();
  });
});

describe('a claim whose response was lost', () => {
  it('is recognised as ours when the SDK retries the write', async () => {
    const send = (async (command: never, options: never) => {
      await database.client.send(command, options);
      return database.client.send(command, options);
    }) as unknown as typeof database.client.send;
    const parts = { send, table: database.table, clock, randomId: randomUUID };
    const twice = createLedger(parts);
    const request = aRequest();
    const claim = await twice.claim(request, aLease(NOON + lease), limits);
    expect(claim).toMatchObject({ kind: 'claimed', item: { attempts: 1, claimedBy: 'message#1' } });
    clock.set(NOON + lease);
    const again = await twice.claim(request, aLease(NOON + 2 * lease), limits);
    expect(again).toMatchObject({ kind: 'claimed', item: { attempts: 2, lostResponses: 1 } });
  });

  /** The ledger with a claim whose response never comes. @param isDone whether the write is */
  function losing({ isDone }: { readonly isDone: boolean }): Ledger {
    const send = (async (command: { readonly input: object }, options: never) => {
      const isWrite = 'UpdateExpression' in command.input;
      if (isDone || !isWrite) {
        const response = await database.client.send(command as never, options);
        if (!isWrite) return response;
      }
      throw Object.assign(new Error('no response'), { name: 'TimeoutError' });
    }) as unknown as typeof database.client.send;
    return createLedger({ send, table: database.table, clock, randomId: randomUUID });
  }

  it('is found to be ours when the write was done', async () => {
    const claim = await losing({ isDone: true }).claim(aRequest(), aLease(NOON + lease), limits);
    expect(claim).toMatchObject({ kind: 'claimed', item: { attempts: 1 } });
  });

  it('is none when the write was not done, whatever stands', async () => {
    const [fresh, known] = [aRequest(), aRequest()];
    await ledger.accept(known, limits);
    for (const request of [fresh, known]) {
      const claim = losing({ isDone: false }).claim(request, aLease(NOON + lease), limits);
      await expect(claim).rejects.toBeInstanceOf(DependencyUnavailable);
    }
  });

  it('is none when the request has its outcome by then', async () => {
    const request = aRequest();
    const send = (async (command: { readonly input: object }, options: never) => {
      const response = await database.client.send(command as never, options);
      if (!('UpdateExpression' in command.input)) return response;
      await ledger.record(request, succeeded, limits);
      throw new Error('no response');
    }) as unknown as typeof database.client.send;
    const late = createLedger({ send, table: database.table, clock, randomId: randomUUID });
    await expect(late.claim(request, aLease(NOON + lease), limits)).rejects.toBeInstanceOf(DependencyUnavailable);
  });
});

describe('of two at once', () => {
  /** The ledger of one who is held up: something happens before its nth write of a kind is sent. */
  function heldUp(kind: 'UpdateExpression' | 'Item', nth: number, meanwhile: () => Promise<unknown>): Ledger {
    let writes = 0;
    const send = (async (command: { readonly input: object }, options: never) => {
      if (kind in command.input) writes += 1;
      if (kind in command.input && writes === nth) await meanwhile();
      return database.client.send(command as never, options);
    }) as unknown as typeof database.client.send;
    return createLedger({ send, table: database.table, clock, randomId: randomUUID });
  }

  it('who find a claim left open, the second one waits for nothing but its next turn', async () => {
    const request = aRequest();
    await claimed(request);
    clock.set(NOON + lease);
    const slow = heldUp('UpdateExpression', 2, () => claimed(request));
    const claim = await slow.claim(request, aLease(clock.now() + lease, 'message#2'), limits);
    expect(claim).toEqual({ kind: 'not_yet', until: clock.now() });
    expect((await ledger.find(request.requestId, limits))?.attempts).toBe(2);
  });

  it('who find a claim left open, the second one does not take it from the first, even if its clock says that the lease is over', async () => {
    const request = aRequest();
    await claimed(request);
    clock.set(NOON + lease);
    const slow = heldUp('UpdateExpression', 2, () => ledger.claim(request, aLease(NOON + lease), limits));
    expect(await slow.claim(request, aLease(NOON + 3 * lease), limits)).toMatchObject({ kind: 'not_yet' });
    expect(await ledger.find(request.requestId, limits)).toMatchObject({ attempts: 2, lostResponses: 1 });
  });

  it('who begin anew with an expired item, the second one waits for the lease', async () => {
    const request = aRequest();
    await claimed(request);
    clock.set(NOON + LEDGER_RETENTION_MS + lease);
    const slow = heldUp('Item', 1, () => claimed(request));
    const claim = await slow.claim(request, aLease(clock.now() + lease, 'message#2'), limits);
    expect(claim).toEqual({ kind: 'not_yet', until: clock.now() + lease });
  });

  it('the one whose request becomes due while it is told that it is not comes again at once', async () => {
    const request = aRequest();
    const wait = { startedAt: NOON, lastError: { code: 'refused', detail: 'busy' }, counts: true } as const;
    const next = { ...wait, nextAttemptAt: NOON + 2000, lostResponses: 0, retriedMs: 0 };
    await ledger.wait(await claimed(request), next, limits);
    const send = (async (command: { readonly input: object }, options: never) => {
      if (!('UpdateExpression' in command.input)) clock.set(NOON + 2000);
      return database.client.send(command as never, options);
    }) as unknown as typeof database.client.send;
    const slow = createLedger({ send, table: database.table, clock, randomId: randomUUID });
    expect(await slow.claim(request, aLease(NOON + lease), limits)).toEqual({ kind: 'not_yet', until: NOON + 2000 });
  });

  it('the one with other content does not get a claim that was left open', async () => {
    const request = aRequest();
    await claimed(request);
    clock.set(NOON + lease);
    const other = { ...aRequest(), requestId: request.requestId };
    expect(await ledger.claim(other, aLease(NOON + 2 * lease), limits)).toEqual({ kind: 'reused' });
  });

  it('none has what is gone as it is read: the request is to be sent again', async () => {
    const request = aRequest({ source: 'http', partner: 'acme' });
    const { send } = refusingWrites();
    const vanishing = createLedger({ send, table: database.table, clock, randomId: randomUUID });
    await expect(vanishing.accept(request, limits)).rejects.toBeInstanceOf(DependencyUnavailable);
    await expect(vanishing.record(request, succeeded, limits)).rejects.toBeInstanceOf(DependencyUnavailable);
  });
});

describe('record', () => {
  it('creates the item of a request that was never claimed, so that the same request finds its outcome', async () => {
    const request = aRequest();
    expect(await ledger.record(request, refused, limits)).toEqual(refused);
    expect(await ledger.find(request.requestId, limits)).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await ledger.claim(request, aLease(NOON + lease), limits)).toMatchObject({
      kind: 'ended',
      outcome: refused,
    });
  });

  it.each([succeeded, refused])(
    'leaves out what the endpoint said when DynamoDB takes no item so long',
    async (outcome) => {
      const tooLarge = Object.assign(new Error('Item size has exceeded the maximum allowed size'), {
        name: 'ValidationException',
      });
      const send = (async (command: { input: object }, options: never) => {
        if (JSON.stringify(command.input).includes('":response"')) throw tooLarge;
        return database.client.send(command as never, options);
      }) as unknown as typeof database.client.send;
      const small = createLedger({ send, table: database.table, clock, randomId: randomUUID });
      const request = aRequest();
      await claimed(request);
      const kept = await small.record(request, outcome, limits);
      expect(JSON.stringify(kept)).not.toContain('image_id');
      expect(kept.kind).toBe(outcome.kind);
      expect((await ledger.find(request.requestId, limits))?.outcome).toEqual(kept);
    },
  );

  it.each([succeeded, refused, { ...succeeded, response: null }])('keeps an outcome as it was', async (outcome) => {
    const request = aRequest();
    await claimed(request);
    expect(await ledger.record(request, outcome, limits)).toEqual(outcome);
    const item = await ledger.find(request.requestId, limits);
    expect(item).toMatchObject({ state: outcome.kind, outcome });
    expect(item?.leaseUntil).toBeUndefined();
  });

  it('lets the first outcome stand', async () => {
    const request = aRequest();
    await claimed(request);
    await ledger.record(request, succeeded, limits);
    expect(await ledger.record(request, refused, limits)).toEqual(succeeded);
  });

  it('fits the longest response and the longest preferences into one item', async () => {
    const request = aRequest({ preferences: { order_id: '"'.repeat(32 * 1024 - 10) } });
    await claimed(request);
    const response = JSON.stringify({ text: '"'.repeat(128 * 1024 - 10) });
    expect(await ledger.record(request, { ...succeeded, response }, limits)).toMatchObject({ response });
    expect((await ledger.find(request.requestId, limits))?.outcome).toMatchObject({ response });
  });
});

describe('wait', () => {
  const next = {
    startedAt: NOON,
    nextAttemptAt: NOON + 5000,
    lastError: { code: 'x', detail: 'y', status: 503 },
    lostResponses: 1,
    retriedMs: 4000,
  };

  it('ends a claim and says when it goes on', async () => {
    const request = aRequest();
    await ledger.wait(await claimed(request), { ...next, counts: true }, limits);
    const { startedAt: _, ...noted } = next;
    expect(await ledger.find(request.requestId, limits)).toMatchObject({
      ...noted,
      state: 'waiting',
      attempts: 1,
      crashes: 0,
    });
    expect(await ledger.claim(request, aLease(NOON + lease), limits)).toEqual({ kind: 'not_yet', until: NOON + 5000 });
    clock.set(NOON + 5000);
    expect(await claimed(request)).toMatchObject({
      attempts: 2,
      firstAttemptAt: NOON,
      lostResponses: 1,
      retriedMs: 4000,
    });
    const third = await ledger.claim(request, aLease(NOON + 2 * lease), limits);
    expect(third).toEqual({ kind: 'not_yet', until: NOON + 5000 + lease });
  });

  it('is over when the item expires: from that second on the request begins anew', async () => {
    const request = aRequest();
    await ledger.wait(await claimed(request), { ...next, counts: true }, limits);
    clock.set(NOON + LEDGER_RETENTION_MS);
    expect(await claimed(request)).toMatchObject({ attempts: 1, lostResponses: 0 });
  });

  it('takes back an attempt that does not count', async () => {
    const request = aRequest();
    await ledger.wait(await claimed(request), { ...next, counts: false }, limits);
    const item = await ledger.find(request.requestId, limits);
    expect(item).toMatchObject({ attempts: 0, crashes: 0 });
    expect(item?.firstAttemptAt).toBeUndefined();
  });

  it('tells each attempt that failed, those that do not count too, and keeps that after the end', async () => {
    const request = aRequest();
    expect((await claimed(request)).failedAttempts).toBeUndefined();
    clock.set(NOON + lease);
    // Of the first attempt nobody wrote how it ended.
    const refusal = { code: 'account_refused', detail: 'y', status: 401 };
    const uncounted = { ...next, lastError: refusal, nextAttemptAt: NOON + lease, counts: false };
    await ledger.wait(await claimed(request), { ...uncounted, startedAt: NOON + lease }, limits);
    const lost = { code: 'connection_lost', detail: 'y' };
    const counted = { ...next, lastError: lost, nextAttemptAt: NOON + 3 * lease, counts: true };
    await ledger.wait(await claimed(request), { ...counted, startedAt: NOON + lease + 1 }, limits);
    clock.set(NOON + 3 * lease);
    await claimed(request);
    await ledger.record(request, succeeded, limits);
    const ended = await ledger.find(request.requestId, limits);
    expect(ended).not.toHaveProperty('nextAttemptAt');
    expect(ended?.failedAttempts).toEqual([
      { attempt: 2, at: NOON + lease, code: 'account_refused', status: 401, nextAttemptAt: NOON + lease },
      { attempt: 2, at: NOON + lease + 1, code: 'connection_lost', nextAttemptAt: NOON + 3 * lease },
    ]);
  });

  it('tells an attempt once, however often it is written', async () => {
    const request = aRequest();
    const mine = await claimed(request);
    await ledger.wait(mine, { ...next, counts: true }, limits);
    await ledger.wait(mine, { ...next, counts: true }, limits);
    expect((await ledger.find(request.requestId, limits))?.failedAttempts).toHaveLength(1);
  });

  it('keeps the last ten attempts, in less than 700 bytes', async () => {
    const request = aRequest();
    const lastError = { code: 'endpoint_not_reached', detail: 'y'.repeat(1000), status: 503 };
    for (let attempt = 1; attempt <= 112; attempt += 1) {
      await ledger.wait(await claimed(request), { ...next, lastError, nextAttemptAt: NOON, counts: true }, limits);
    }
    const numbers = (await ledger.find(request.requestId, limits))?.failedAttempts?.map(({ attempt }) => attempt);
    expect(numbers).toEqual([103, 104, 105, 106, 107, 108, 109, 110, 111, 112]);
    expect((await stored(request))?.failed_attempts?.S?.length).toBeLessThan(700);
  });

  it('changes nothing when the claim has passed to another', async () => {
    const request = aRequest();
    const mine = await claimed(request);
    clock.set(NOON + lease);
    await claimed(request);
    const before = await ledger.find(request.requestId, limits);
    await ledger.wait(mine, { ...next, counts: true }, limits);
    expect(await ledger.find(request.requestId, limits)).toEqual(before);
  });

  it('changes nothing when the request has its outcome by then', async () => {
    const request = aRequest();
    const mine = await claimed(request);
    await ledger.record(request, succeeded, limits);
    const ended = await ledger.find(request.requestId, limits);
    await ledger.wait(mine, { ...next, counts: true }, limits);
    expect(await ledger.find(request.requestId, limits)).toEqual(ended);
  });
});

describe('markCrashed', () => {
  it('counts a crash once, and does not change a newer claim', async () => {
    const request = aRequest();
    const dead = await claimed(request);
    clock.set(NOON + 6 * lease);
    expect(await ledger.markCrashed(dead, limits)).toBe(1);
    expect(await ledger.markCrashed(dead, limits)).toBe(1);
    expect((await ledger.find(request.requestId, limits))?.leaseUntil).toBeUndefined();
    const next = await claimed(request);
    expect(await ledger.markCrashed(dead, limits)).toBe(1);
    expect(await ledger.find(request.requestId, limits)).toEqual(next);
    expect(await ledger.markCrashed({ ...dead, requestId: 'sqs:gone' }, limits)).toBe(0);
  });

  it('is undone by an attempt whose end was noted: only crashes in a row count', async () => {
    const request = aRequest();
    await ledger.markCrashed(await claimed(request), limits);
    const lastError = { code: 'x', detail: 'y' };
    const next = { startedAt: NOON, nextAttemptAt: NOON, lastError, counts: true, lostResponses: 1, retriedMs: 0 };
    await ledger.wait(await claimed(request), next, limits);
    expect(await ledger.find(request.requestId, limits)).toMatchObject({ crashes: 0, lostResponses: 1 });
  });
});

describe('list', () => {
  it("shows a partner its own requests of one image, newest first, page by page, and never another's", async () => {
    const at = (minute: number) => NOON + minute * 60_000;
    const own = [1, 2, 3, 4, 5].map((minute) =>
      aRequest({ imageId: 'villa', source: 'http', partner: 'acme', acceptedAt: at(minute) }),
    );
    const foreign = aRequest({ imageId: 'villa', source: 'http', partner: 'other', acceptedAt: at(3) });
    const noPartner = aRequest({ imageId: 'villa', acceptedAt: at(6) });
    for (const request of [...own, foreign, noPartner]) await ledger.accept(request, limits);
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await listOfImage('acme', 'villa', { limit: 2, ...(cursor && { cursor }) }, limits);
      seen.push(...page.items.map(({ requestId }) => requestId));
      cursor = page.cursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(seen).toEqual(own.map(({ requestId }) => requestId).reverse());
    expect(pages).toBe(3);
    expect((await listOfImage('nobody', 'villa', { limit: 2 }, limits)).items).toEqual([]);
  });

  it('shows when the next attempt is', async () => {
    const request = aRequest({ imageId: 'barn', source: 'http', partner: 'acme' });
    await ledger.accept(request, limits);
    const facts = { lastError: { code: 'x', detail: 'y' }, counts: true, lostResponses: 0, retriedMs: 0 };
    const wait = { ...facts, startedAt: NOON, nextAttemptAt: NOON + 5000 };
    await ledger.wait(await claimed(request), wait, limits);
    const { items } = await listOfImage('acme', 'barn', { limit: 9 }, limits);
    expect(items).toMatchObject([{ state: 'waiting', nextAttemptAt: NOON + 5000 }]);
  });

  it('shows their outcomes', async () => {
    const request = aRequest({ imageId: 'hut', source: 'http', partner: 'acme' });
    await ledger.accept(request, limits);
    await claimed(request);
    await ledger.record(request, refused, limits);
    expect((await listOfImage('acme', 'hut', { limit: 9 }, limits)).items).toEqual([
      {
        requestId: request.requestId,
        imageId: 'hut',
        source: 'http',
        acceptedAt: NOON,
        state: 'failed',
        attempts: 1,
        partner: 'acme',
        errorCode: 'not_found',
      },
    ]);
  });

  it.each(['x', '', 'W10', Buffer.from('["a"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(listOfImage('acme', 'villa', { limit: 2, cursor }, limits)).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    },
  );
});

describe('a ledger that is away', () => {
  it('differs from a condition that does not hold', async () => {
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const away = createLedger({ send: send as never, table: 'ledger', clock, randomId: randomUUID });
    const request = aRequest();
    const steps = [
      away.accept(request, limits),
      away.claim(request, aLease(NOON), limits),
      away.markCrashed({} as LedgerItem, limits),
      away.record(request, succeeded, limits),
      away.find(request.requestId, limits),
      createListOfImage({ send: send as never, table: 'ledger', clock })('a', 'b', { limit: 1 }, limits),
    ];
    for (const step of await Promise.allSettled(steps)) {
      expect(step.status === 'rejected' && step.reason).toBeInstanceOf(DependencyUnavailable);
    }
  });
});

describe('a line of a batch', () => {
  const batch = { batchId: 'b_1', round: 1 };
  const aLine = () =>
    aRequest({ source: 'upload', partner: 'acme', upload: { file: 'requests/a.csv', line: 7 }, batch });

  it('is marked for the feeder to count in the write that records its outcome, whoever records it', async () => {
    const [line, other] = [aLine(), aLine()];
    for (const each of [line, other]) await ledger.accept(each, limits);
    expect(await stored(line)).not.toHaveProperty('work');
    await claimed(line);
    await ledger.record(line, succeeded, limits);
    await ledger.record(other, refused, limits);
    for (const each of [line, other]) {
      expect(await stored(each)).toMatchObject({ work: { S: 'count#b_1' }, place: { N: '7' }, changes: { N: '1' } });
    }
  });

  it('is kept for as long as its batch may need it', async () => {
    const line = aLine();
    await ledger.accept(line, limits);
    const expiry = { N: String((clock.now() + 180 * 24 * 60 * 60 * 1000) / 1000) };
    expect(await stored(line)).toMatchObject({ expires_at: expiry });
    await claimed(line);
    await ledger.record(line, succeeded, limits);
    expect(await stored(line)).toMatchObject({ expires_at: expiry, owner: { S: 'partner#acme' } });
  });

  it('leaves every other request unmarked', async () => {
    const single = aRequest();
    await claimed(single);
    await ledger.record(single, succeeded, limits);
    const item = await stored(single);
    expect(item).toMatchObject({ owner: { S: 'service' } });
    for (const name of ['work', 'place', 'changes']) expect(item).not.toHaveProperty(name);
  });
});

describe('an item', () => {
  const line = { upload: { file: 'requests/a.csv', line: 7 }, batch: { batchId: 'b_1', round: 1 } };

  it.each([
    ['a single request', 14, {}],
    ['a line of a batch', 180, line],
  ])('of %s ends by itself %d days after its last change, whichever that was', async (_, days, its) => {
    const request = aRequest(its);
    let mine: LedgerItem;
    const claim = async () => {
      mine = await claimed(request);
    };
    const next = { counts: true, lastError: { code: 'x', detail: 'y' }, lostResponses: 0, retriedMs: 0 };
    const changes = {
      accepted: () => ledger.accept(request, limits),
      claimed: claim,
      'claimed again, since the claim was left open': claim,
      waits: () => ledger.wait(mine, { ...next, startedAt: NOON, nextAttemptAt: clock.now() }, limits),
      'claimed after that': claim,
      crashed: () => ledger.markCrashed(mine, limits),
      ended: () => ledger.record(request, succeeded, limits),
    };
    for (const [name, change] of Object.entries(changes)) {
      clock.set(clock.now() + lease);
      await change();
      const expiry = { N: String((clock.now() + days * 86_400_000) / 1000) };
      expect([name, (await stored(request))?.expires_at]).toEqual([name, expiry]);
    }
  });
});
