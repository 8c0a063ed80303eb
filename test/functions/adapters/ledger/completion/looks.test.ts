import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCompletions } from '../../../../../functions/adapters/ledger/completion/completions.ts';
import { createLooks } from '../../../../../functions/adapters/ledger/completion/looks.ts';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import type { DueRequest, Looks } from '../../../../../functions/core/completion/sweep/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { failure } from '../../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import type { Ledger, Limits } from '../../../../../functions/core/ports.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const FIRST_LOOK_MS = 5000;

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let clock: ReturnType<typeof standingClock>;
let ledger: Ledger;
let looks: Looks;
let limits: Limits;

beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  clock = standingClock();
  limits = plentyOfTime(clock);
  const parts = { send: database.client.send.bind(database.client), table: database.table, clock };
  ledger = createLedger({ ...parts, randomId: randomUUID, firstLookMs: FIRST_LOOK_MS });
  looks = createLooks(parts);
});
afterEach(async () => {
  for (const { requestId } of await due(Number.MAX_SAFE_INTEGER)) await looks.end(requestId, limits);
});

/** A request that ended so many ms after noon. */
async function ended(after: number, outcome: Partial<Outcome> = {}) {
  const request = aRequest();
  await ledger.claim(request, aLease(NOON + 60_000), limits);
  const facts = { attempts: 1, warnings: [], at: NOON + after };
  await ledger.record(request, { kind: 'succeeded', response: '{}', ...facts, ...outcome } as Outcome, limits);
  return request.requestId;
}

async function allDue(from: Looks, at: number): Promise<readonly DueRequest[]> {
  const found: DueRequest[] = [];
  for await (const page of from.due(at, limits)) found.push(...page);
  return found;
}
const due = (at: number) => allDue(looks, at);
const idsDue = async (at: number) => (await due(at)).map(({ requestId }) => requestId);

describe('a request', () => {
  it('is due for the first time so long after it started, and not before', async () => {
    const id = await ended(0);
    expect(await due(NOON + FIRST_LOOK_MS - 1)).toEqual([]);
    const [found] = await due(NOON + FIRST_LOOK_MS);
    expect(found).toMatchObject({ requestId: id, lookAt: NOON + FIRST_LOOK_MS, wasUnderWay: false });
    expect(found?.outcome).toMatchObject({ kind: 'succeeded' });
  });

  it('that failed is never due', async () => {
    await ended(0, { kind: 'failed', error: failure('not_found', 'no such image') });
    expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('is due again when it was put off, and known to have been under way from when it was seen so', async () => {
    const id = await ended(0);
    await looks.again(id, NOON + 9000, true, limits);
    expect(await due(NOON + 8999)).toEqual([]);
    expect(await due(NOON + 9000)).toMatchObject([{ requestId: id, wasUnderWay: true }]);
    await looks.again(id, NOON + 9500, false, limits);
    expect(await due(NOON + 9999)).toMatchObject([{ wasUnderWay: true, lookAt: NOON + 9500 }]);
  });

  it('whose end was told is due for the webhook alone, unless another end was noted meanwhile, or it was not told after all', async () => {
    const id = await ended(0);
    const found = { by: 'sweep', hasFailed: false, at: NOON + 10, confirmed: null, isAmbiguous: false } as const;
    const completions = createCompletions({
      send: database.client.send.bind(database.client),
      table: database.table,
      clock,
    });
    const note = (at: number) => completions.note({ requestId: id, state: 'succeeded' }, { ...found, at }, limits);
    const awaits = async () => (await due(Number.MAX_SAFE_INTEGER)).map(({ awaitsWebhook }) => awaitsWebhook);
    await note(NOON + 10);
    expect(await awaits()).toEqual([false]);
    await looks.awaitWebhook(id, NOON + 10, NOON + 9000, limits);
    expect(await due(NOON + 8999)).toEqual([]);
    expect(await awaits()).toEqual([true]);
    await note(NOON + 20);
    expect(await awaits()).toEqual([false]);
    await looks.awaitWebhook(id, NOON + 10, NOON + 9000, limits);
    expect(await awaits()).toEqual([false]);
    await looks.awaitWebhook(id, NOON + 20, NOON + 9000, limits);
    await completions.lookSoon(id, NOON + 8000, limits);
    expect(await awaits()).toEqual([false]);
    await looks.end(id, limits);
    await looks.awaitWebhook(id, NOON + 20, NOON + 9000, limits);
    expect(await ledger.find(id, limits)).not.toHaveProperty('lookAt');
  });

  it('is not due any more once its looks have ended, which happens once, and cannot be put off then', async () => {
    const id = await ended(0);
    expect(await looks.end(id, limits)).toBe(true);
    expect(await looks.end(id, limits)).toBe(false);
    await looks.again(id, NOON + 1, false, limits);
    expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await ledger.find(id, limits)).not.toHaveProperty('lookAt');
  });
});

describe('what is due', () => {
  it('comes with the one that has waited longest first, over several pages, each once', async () => {
    const order = Array.from({ length: 130 }, (_, index) => (index * 37) % 130);
    const ids = new Map<number, string>();
    for (const after of order) ids.set(after, await ended(after));
    const expected = [...ids].toSorted(([a], [b]) => a - b).map(([, id]) => id);
    expect(await idsDue(NOON + FIRST_LOOK_MS + 130)).toEqual(expected);
  });

  it('leaves out what has changed since the index was read', async () => {
    const [first, second, third] = [await ended(0), await ended(1), await ended(2)];
    // Pages are read as they are asked for, and the items after the index.
    const send = (async (command: { readonly input: { readonly IndexName?: string } }, options: object) => {
      const output = await database.client.send(command as never, options);
      if (command.input.IndexName === 'by-look') {
        await looks.end(first, limits);
        await looks.again(second, NOON + 60_000, false, limits);
      }
      return output;
    }) as never;
    const late = createLooks({ send, table: database.table, clock });
    const found = await allDue(late, NOON + 10_000);
    expect(found.map(({ requestId }) => requestId)).toEqual([third]);
  });
});

it('without DynamoDB says that the ledger is away', async () => {
  const send = (async () => {
    throw new Error('connect ECONNREFUSED');
  }) as never;
  const away = createLooks({ send, table: 'ledger', clock });
  await expect(allDue(away, NOON)).rejects.toThrow(DependencyUnavailable);
  await expect(away.again('http:1', NOON, false, limits)).rejects.toThrow(DependencyUnavailable);
  await expect(away.end('http:1', limits)).rejects.toThrow(DependencyUnavailable);
});
