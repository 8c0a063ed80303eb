import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCompletions } from '../../../../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import { BATCH_RETENTION_MS, LEDGER_RETENTION_MS } from '../../../../../functions/adapters/ledger/ledger-item.ts';
import { createListOfImage } from '../../../../../functions/adapters/ledger/requests/list-requests.ts';
import type { Completion } from '../../../../../functions/core/completion/completion.ts';
import type { Completions } from '../../../../../functions/core/completion/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { failure } from '../../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import type { Ledger, Limits } from '../../../../../functions/core/ports.ts';
import type { ReprocessRequest } from '../../../../../functions/core/request/reprocess-request.ts';
import type { ListOfImage } from '../../../../../functions/core/request/request-lists.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let clock: ReturnType<typeof standingClock>;
let ledger: Ledger;
let listOfImage: ListOfImage;
let completions: Completions;
let limits: Limits;
let imageId: string;
let count = 0;

beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  clock = standingClock();
  limits = plentyOfTime(clock);
  const parts = {
    send: database.client.send.bind(database.client),
    table: database.table,
    clock,
    randomId: randomUUID,
  };
  ledger = createLedger(parts);
  listOfImage = createListOfImage(parts);
  completions = createCompletions(parts);
  count += 1;
  imageId = `finished-${count}`;
});

const facts = { attempts: 1, warnings: [], at: NOON };
const succeeded: Outcome = { kind: 'succeeded', response: '{"image_id":"i"}', ...facts };
const failed: Outcome = { kind: 'failed', error: failure('not_found', 'no such image'), ...facts };
const told: Completion = { by: 'webhook', hasFailed: false, at: NOON + 5000, confirmed: null, isAmbiguous: false };

/** A request of the image, accepted so many ms after noon, and how far it came. */
async function request(
  after: number,
  outcome?: Outcome | 'accepted',
  its: Partial<ReprocessRequest> = {},
): Promise<ReprocessRequest> {
  const given = aRequest({ imageId, source: 'http', partner: 'acme', acceptedAt: NOON + after, ...its });
  await ledger.accept(given, limits);
  if (outcome === 'accepted') return given;
  await ledger.claim(given, aLease(NOON + 60_000), limits);
  if (outcome !== undefined) await ledger.record(given, outcome, limits);
  return given;
}

const sent = async () => (await completions.sentRequests(imageId, limits)).map(({ requestId }) => requestId);
const stored = ({ requestId }: ReprocessRequest) => database.item(requestId);

describe("an image's requests", () => {
  it('are those that may have reached the endpoint and did not fail, newest first', async () => {
    const oldest = await request(1, succeeded);
    await request(2, failed);
    await request(3, 'accepted');
    const newest = await request(4);
    await completions.note({ requestId: oldest.requestId, state: 'succeeded' }, told, limits);
    expect(await completions.sentRequests(imageId, limits)).toEqual([
      { requestId: newest.requestId, state: 'under_way', isCompleted: false },
      { requestId: oldest.requestId, state: 'succeeded', isCompleted: true },
    ]);
  });

  it('are not those of another image, nor such as have expired', async () => {
    await request(1, succeeded);
    imageId = `${imageId}-other`;
    expect(await sent()).toEqual([]);
    await request(2, succeeded);
    clock.set(NOON + LEDGER_RETENTION_MS);
    expect(await sent()).toEqual([]);
  });

  it('are found behind hundreds that wait for their turn', async () => {
    const done = await request(0, succeeded);
    for (let after = 1; after <= 250; after += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => request(after + index, 'accepted')));
    }
    expect(await sent()).toEqual([done.requestId]);
    const underWay = await request(300);
    expect(await sent()).toEqual([underWay.requestId, done.requestId]);
  });
});

describe('a completion of a line', () => {
  it('marks it for the feeder, which finds out by the index whose line it is', async () => {
    const batch = { batchId: 'b_1', round: 1 };
    const line = await request(1, succeeded, { source: 'upload', upload: { file: 'requests/a.csv', line: 7 }, batch });
    const [found] = await completions.sentRequests(imageId, limits);
    expect(found).toMatchObject({ requestId: line.requestId, batchId: 'b_1', line: 7 });
    await completions.note(found ?? { requestId: '', state: 'succeeded' }, told, limits);
    const marked = {
      work: { S: 'count#b_1' },
      place: { N: '7' },
      changes: { N: '2' },
      completion_failed: { BOOL: false },
    };
    expect(await stored(line)).toMatchObject(marked);
  });
});

describe('a completion', () => {
  it('stands with its request, whose other attributes stay as they are, and lets it live on for its full time', async () => {
    const done = await request(1, succeeded);
    const before = await stored(done);
    clock.set(NOON + 60_000);
    const { isAmbiguous, ...verdict } = { ...told, status: 'processing' };
    const noted = await completions.note(
      { requestId: done.requestId, state: 'succeeded' },
      { ...verdict, isAmbiguous },
      limits,
    );
    expect(noted).toMatchObject({
      state: 'succeeded',
      completion: { ...told, status: 'processing' },
      outcome: succeeded,
    });
    expect(await ledger.find(done.requestId, limits)).toEqual(noted);
    expect(await stored(done)).toEqual({
      ...before,
      completion_failed: { BOOL: false },
      completion: { S: JSON.stringify(verdict) },
      completion_ambiguous: { BOOL: isAmbiguous },
      completed_at: { N: String(NOON + 5000) },
      expires_at: { N: String((NOON + 60_000 + LEDGER_RETENTION_MS) / 1000) },
    });
  });

  it('lets a line of a batch live on for as long as any line does', async () => {
    const upload = { file: 'requests/a.csv', line: 7 };
    const batch = { batchId: 'b_1', round: 1 };
    const line = await request(1, succeeded, { source: 'upload', upload, batch });
    const { requestId } = line;
    clock.set(NOON + 60_000);
    await completions.note({ requestId, state: 'succeeded', batchId: 'b_1', line: 7 }, told, limits);
    const expiresAt = NOON + 60_000 + BATCH_RETENTION_MS;
    expect((await stored(line))?.expires_at).toEqual({ N: String(expiresAt / 1000) });
  });

  it('comes back with all that its event has to say of the request', async () => {
    const upload = { file: 'requests/a.csv', line: 7 };
    const given = aRequest({ imageId, source: 'upload', upload, senderRequestId: 'order-7', notAfter: NOON + 1 });
    await ledger.claim(given, aLease(NOON + 60_000), limits);
    await ledger.record(given, succeeded, limits);
    const noted = await completions.note({ requestId: given.requestId, state: 'succeeded' }, told, limits);
    expect(noted).toMatchObject({ upload, senderRequestId: 'order-7', notAfter: NOON + 1, source: 'upload' });
  });

  it("is shown in its partner's list", async () => {
    const done = await request(1, succeeded);
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, told, limits);
    const { items } = await listOfImage('acme', imageId, { limit: 10 }, limits);
    expect(items).toEqual([expect.objectContaining({ requestId: done.requestId, completedAt: NOON + 5000 })]);
    expect(items[0]).not.toHaveProperty('isUnknown');
  });

  it('that is not known is shown as such, in its list too', async () => {
    const done = await request(1, succeeded);
    const unknown = { ...told, isUnknown: true } as const;
    const noted = await completions.note({ requestId: done.requestId, state: 'succeeded' }, unknown, limits);
    expect(noted?.completion).toEqual(unknown);
    const { items } = await listOfImage('acme', imageId, { limit: 10 }, limits);
    expect(items).toEqual([expect.objectContaining({ requestId: done.requestId, isUnknown: true })]);
  });

  it.each<[string, Completion['confirmed'], Completion['confirmed'], 'first' | 'second']>([
    ['an open one gives way to any', null, null, 'second'],
    ['an open one gives way to one that is confirmed', null, true, 'second'],
    ['one that was denied gives way to one that is confirmed', false, true, 'second'],
    ['one that was denied stands against an open one', false, null, 'first'],
    ['a confirmed one stands against one that is denied', true, false, 'first'],
    ['a confirmed one stands against another', true, true, 'first'],
  ])('%s', async (_, first, second, stands) => {
    const done = await request(1, succeeded);
    const [one, two] = [
      { ...told, confirmed: first },
      { ...told, at: NOON + 9000, hasFailed: true, confirmed: second },
    ];
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, one, limits);
    const noted = await completions.note({ requestId: done.requestId, state: 'succeeded' }, two, limits);
    expect(noted?.completion).toEqual(stands === 'first' ? one : two);
  });

  it.each<[string, Pick<Completion, 'isAmbiguous' | 'confirmed'>, boolean]>([
    ['stays when the webhook repeats itself', { isAmbiguous: false, confirmed: null }, true],
    ['stays when the endpoint says the contrary', { isAmbiguous: false, confirmed: false }, true],
    ['stays when another request may be meant as well', { isAmbiguous: true, confirmed: true }, true],
    [
      'ends when the endpoint confirms one that only this request can be meant by',
      { isAmbiguous: false, confirmed: true },
      false,
    ],
  ])('that is ambiguous %s', async (_, next, after) => {
    const done = await request(1, succeeded);
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, { ...told, isAmbiguous: true }, limits);
    const noted = await completions.note(
      { requestId: done.requestId, state: 'succeeded' },
      { ...told, ...next },
      limits,
    );
    expect(noted?.completion).toEqual({ ...told, ...next, isAmbiguous: after });
  });

  it.each<[string, Outcome | undefined, 'succeeded' | 'under_way']>([
    ['has failed', failed, 'succeeded'],
    ['is under way', undefined, 'succeeded'],
    ['has failed since it was found under way', failed, 'under_way'],
    ['has started since it was found under way', succeeded, 'under_way'],
  ])('is not noted on a request that %s', async (_, outcome, state) => {
    const other = await request(1, outcome);
    const before = await stored(other);
    await completions.note({ requestId: other.requestId, state }, told, limits);
    expect(await stored(other)).toEqual(before);
  });

  it('is noted on a request that is under way, where it is not counted yet, and is looked for once that has started', async () => {
    const batch = { batchId: 'b_1', round: 1 };
    const early = await request(1, undefined, { source: 'upload', upload: { file: 'requests/a.csv', line: 7 }, batch });
    const line = { requestId: early.requestId, state: 'under_way', batchId: 'b_1', line: 7 } as const;
    const noted = await completions.note(line, told, limits);
    expect(noted).toMatchObject({ state: 'accepted', completion: told });
    expect(await stored(early)).not.toHaveProperty('work');
    await ledger.record(early, succeeded, limits);
    expect(await ledger.find(early.requestId, limits)).toMatchObject({ completion: told, lookAt: NOON + 120_000 });
    expect(await stored(early)).toMatchObject({ work: { S: 'count#b_1' } });
    expect(await completions.note(line, { ...told, at: NOON + 9000 }, limits)).toMatchObject({
      state: 'succeeded',
      completion: told,
    });
  });

  it('that nobody confirmed leaves it to be looked for', async () => {
    const done = await request(1, succeeded);
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, told, limits);
    expect(await ledger.find(done.requestId, limits)).toMatchObject({ completion: told, lookAt: NOON + 120_000 });
  });

  it('is looked for until it was told, whoever was first', async () => {
    const done = await request(1, succeeded);
    const found = { ...told, by: 'sweep', confirmed: true } as const;
    const meant = { requestId: done.requestId, state: 'succeeded' } as const;
    // At once, though the next look was later: a look that is later than the completion means that it was told.
    expect(await completions.note(meant, found, limits)).toMatchObject({ lookAt: found.at });
    const later = { ...told, at: NOON + 9000, confirmed: true };
    expect(await completions.note(meant, later, limits)).toMatchObject({ completion: found, lookAt: found.at });
    await completions.endLook(done.requestId, limits);
    const after = await ledger.find(done.requestId, limits);
    expect([after?.completion, after?.lookAt]).toEqual([found, undefined]);
  });

  it.each<[string, Partial<Completion>]>([
    ['the record contradicted', { confirmed: false, status: 'error' }],
    ['the sweep found', { by: 'sweep', confirmed: null }],
  ])('that %s is kept when a later call of the webhook tells of no end', async (_, end) => {
    const done = await request(1, succeeded);
    const meant = { requestId: done.requestId, state: 'succeeded' } as const;
    const kept = { ...told, ...end };
    await completions.note(meant, kept, limits);
    const noted = await completions.note(meant, { ...told, at: NOON + 9000, confirmed: null }, limits);
    expect(noted?.completion).toEqual(kept);
    await completions.note(meant, { ...told, at: NOON + 9000, confirmed: true }, limits);
    expect((await ledger.find(done.requestId, limits))?.completion?.confirmed).toBe(true);
  });

  it('that could not be published is looked at soon; without a completion there is nothing to publish', async () => {
    const done = await request(1, succeeded);
    const other = await request(2, succeeded);
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, told, limits);
    for (const { requestId } of [done, other]) await completions.lookSoon(requestId, NOON + 1, limits);
    expect((await ledger.find(done.requestId, limits))?.lookAt).toBe(NOON + 1);
    expect((await ledger.find(other.requestId, limits))?.lookAt).toBe(NOON + 120_000);
  });

  it('makes no item where there is none, and wakes none that has expired', async () => {
    expect(await completions.note({ requestId: 'http:none', state: 'succeeded' }, told, limits)).toBeUndefined();
    const done = await request(1, succeeded);
    clock.set(NOON + LEDGER_RETENTION_MS);
    expect(await completions.note({ requestId: done.requestId, state: 'succeeded' }, told, limits)).toBeUndefined();
    expect(await stored(done)).not.toHaveProperty('completion');
  });

  it('survives what happens to the request afterwards', async () => {
    const done = await request(1, succeeded);
    await completions.note({ requestId: done.requestId, state: 'succeeded' }, told, limits);
    expect(await ledger.claim(done, aLease(NOON + 60_000), limits)).toMatchObject({
      kind: 'ended',
      item: { completion: told },
    });
    expect(await ledger.record(done, failed, limits)).toEqual(succeeded);
    expect((await ledger.find(done.requestId, limits))?.completion).toEqual(told);
  });
});

it('without DynamoDB both say that the ledger is away', async () => {
  const send = (async () => {
    throw new Error('connect ECONNREFUSED');
  }) as never;
  const away = createCompletions({ send, table: 'ledger', clock });
  await expect(away.sentRequests('i', limits)).rejects.toThrow(DependencyUnavailable);
  const meant = { requestId: 'http:1', state: 'succeeded' } as const;
  await expect(away.note(meant, told, limits)).rejects.toThrow(DependencyUnavailable);
  await expect(away.lookSoon('http:1', NOON, limits)).rejects.toThrow(DependencyUnavailable);
});
