import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudgetStore } from '../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { MAX_ROUNDS } from '../../../functions/core/budget/send-again.ts';
import { windowAt } from '../../../functions/core/budget/window.ts';
import {
  againRequestId,
  fingerprintOf,
  type ReprocessRequest,
} from '../../../functions/core/request/reprocess-request.ts';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { aLease, aRequest, NO_LIMIT, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { answering, RECORD, startWebhook, type WebhookOptions } from './support.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let image: string;
let count = 0;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  count += 1;
  image = `image-of-test-${count}`;
});

const clock = standingClock();
const limits = plentyOfTime(clock);
const parts = () => ({
  send: database.client.send.bind(database.client),
  table: database.table,
  clock,
  randomId: randomUUID,
});
const ledger = () => createLedger(parts());
const readPause = () => createPauseStore(parts()).read(limits);
const window = windowAt(NO_LIMIT.DAILY_RESET, NOON);
const failures = async () => (await createBudgetStore(parts()).read(window, limits)).failed;
afterEach(() => createPauseStore({ ...parts(), clock: standingClock(0) }).resume(limits));

/** A request of the image whose call was answered at a time. */
async function aCalledRequest(more: Partial<ReprocessRequest> = {}, calledAt = NOON - 60_000) {
  const id = { requestId: `sqs:${randomUUID().replaceAll('-', '').repeat(2)}` };
  const request = aRequest({ ...id, imageId: image, acceptedAt: calledAt - 1000, ...more });
  const [succeeded, facts] = ['succeeded' as const, { attempts: 1, warnings: [] }];
  await ledger().accept(request, limits);
  await ledger().claim(request, aLease(NOON + 1), limits);
  await ledger().record(request, { kind: succeeded, response: '{}', at: calledAt, ...facts }, limits);
  return { ...request, find: () => ledger().find(request.requestId, limits) };
}

const ended = (record: object, error: boolean, options: WebhookOptions = {}) => {
  const transport = answering({ body: JSON.stringify({ ...RECORD, image_id: image, ...record }) });
  const webhook = startWebhook({ dynamo: parts().send, transport, ...options });
  const tell = () => webhook.call({ event: 'image_processed', image_id: image, error });
  return { ...webhook, tell };
};
const forLimit = (options?: WebhookOptions) =>
  ended({ status: 'error', status_reason: 'Daily limit reached' }, true, options);

describe('an image that failed for the daily limit', () => {
  it('pauses the account until the reset, whatever was counted, and is counted once', async () => {
    await aCalledRequest();
    const before = await failures();
    const { tell, sent, advance } = forLimit();
    expect((await tell()).status).toBe(200);
    advance(1000);
    expect((await tell()).status).toBe(200);
    expect((await readPause()).evidence).toEqual({
      detail: 'Autoenhance said: Daily limit reached',
      since: NOON,
      until: window.end,
    });
    expect(await failures()).toBe(before + 1);
    expect(sent.map(({ event }) => event.type)).toEqual(['image.failed', 'image.failed']);
  });

  it('is sent again as a request of its own, once', async () => {
    const request = await aCalledRequest({
      ...{ apiVersion: '2025-05-08', partner: 'acme' },
      fingerprint: fingerprintOf(image, { enhance_type: 'neutral' }, '2025-05-08'),
    });
    const { tell, queued } = forLimit();
    await tell();
    const again = againRequestId(request.requestId, 1);
    const [body = ''] = queued;
    const message = { messageId: 'm', receiptHandle: 'r', groupId: image, receiveCount: 1, sentAt: 0, senderId: 's' };
    expect(decodeMessage({ ...message, body })).toMatchObject({
      request: {
        ...{ requestId: again, imageId: image, source: 'sqs', fingerprint: request.fingerprint },
        again: { requestId: request.requestId, round: 1 },
      },
    });
    expect((await request.find())?.againAs).toBe(again);
    const item = await ledger().find(again, limits);
    expect(item).toMatchObject({ partner: 'acme', apiVersion: '2025-05-08', acceptedAt: NOON, state: 'accepted' });
    // Told again, it is the same request, which the queue knows by its id.
    await tell();
    expect(new Set(queued)).toEqual(new Set([body]));
    if (item !== undefined) await ledger().claim({ ...item, requestId: again }, aLease(NOON + 1), limits);
    await tell();
    expect(queued).toHaveLength(2);
  });

  it('is sent again in rounds, and not for ever', async () => {
    const first = `sqs:${'a'.repeat(64)}`;
    const again = { requestId: first, round: MAX_ROUNDS - 1 };
    const request = await aCalledRequest({ again });
    const { tell, queued } = forLimit();
    await tell();
    expect(JSON.parse(queued[0] ?? '')).toMatchObject({
      ...{ request_id: againRequestId(first, MAX_ROUNDS), again_for: first, round: MAX_ROUNDS },
    });
    expect((await request.find())?.againAs).toBe(againRequestId(first, MAX_ROUNDS));
    image = `${image}-last`;
    await aCalledRequest({ again: { requestId: first, round: MAX_ROUNDS } });
    const last = forLimit();
    await last.tell();
    expect(last.queued).toEqual([]);
  });

  it.each<[string, Partial<ReprocessRequest>, boolean]>([
    ['whose image has a newer request', {}, true],
    ['that is a line of a batch', { batch: { batchId: `b_${'c'.repeat(32)}`, round: 1 } }, false],
  ])('is not sent again here as a request %s', async (_, more, hasNewer) => {
    await aCalledRequest(more);
    if (hasNewer) await ledger().accept(aRequest({ imageId: image, source: 'http', acceptedAt: NOON }), limits);
    const { tell, queued } = forLimit();
    await tell();
    expect(queued).toEqual([]);
    expect((await readPause()).evidence).toBeDefined();
  });

  it('was called before the reset: it is sent again and pauses nothing', async () => {
    await aCalledRequest({}, window.start - 1000);
    const { tell, queued } = forLimit();
    await tell();
    expect(queued).toHaveLength(1);
    expect((await readPause()).evidence).toBeUndefined();
  });

  it('has the same call made again when it cannot be put on the queue', async () => {
    await aCalledRequest();
    const { tell } = forLimit({ sqs: () => Promise.reject(new Error('away')) });
    expect((await tell()).status).toBe(503);
    const { tell: tellAgain, queued } = forLimit();
    expect((await tellAgain()).status).toBe(200);
    expect(queued).toHaveLength(1);
  });
});

describe('the image of the call that probes', () => {
  const pause = async () => {
    const pauses = createPauseStore(parts());
    await pauses.pauseFor({ detail: 'x', calledAt: NOON, until: NOON - 1 }, limits);
    await pauses.claimProbe({ id: 'probe', imageId: image, until: NOON + 60_000 }, NOON - 1, limits);
  };

  it.each([
    ['is processed', { status: 'processed' }, false],
    ['failed for another reason', { status: 'error', status_reason: 'File too large' }, true],
  ])('ends the pause when it %s', async (_, record, error) => {
    await pause();
    await aCalledRequest();
    await ended(record, error).tell();
    expect(await readPause()).toEqual({});
  });

  it('begins it anew, until the next reset, when it failed for the limit', async () => {
    await pause();
    await aCalledRequest();
    await forLimit().tell();
    expect(await readPause()).toEqual({ evidence: expect.objectContaining({ until: window.end }) });
  });

  it('is none of another image', async () => {
    await pause();
    image = `${image}-other`;
    await aCalledRequest();
    await ended({ status: 'processed' }, false).tell();
    expect(await readPause()).toHaveProperty('probe');
  });
});
