import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import { LEDGER_RETENTION_MS } from '../../../../../functions/adapters/ledger/ledger-item.ts';
import { createRequestsOfImage } from '../../../../../functions/adapters/ledger/requests/requests-of-image.ts';
import type { RequestsOfImage } from '../../../../../functions/core/budget/send-again.ts';
import type { Ledger, LedgerItem } from '../../../../../functions/core/ports.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
let ledger: Ledger;
let requests: RequestsOfImage;
let count = 0;
let imageId = '';
beforeAll(async () => {
  database = await startLedgerTable();
  const parts = { send: database.client.send.bind(database.client), table: database.table, clock };
  ledger = createLedger({ ...parts, randomId: randomUUID });
  requests = createRequestsOfImage(parts);
});
afterAll(() => database.stop());
beforeEach(() => {
  clock.set(NOON);
  imageId = `image-of-some-${++count}`;
});

/** A request of the image that was accepted so many ms after noon. @returns its id */
async function accept(after: number): Promise<string> {
  return (await ledger.accept(aRequest({ imageId, acceptedAt: NOON + after }), limits)).requestId;
}
const hasNewer = (againId = 'sqs:none') =>
  requests.hasNewer({ imageId, acceptedAt: NOON } as LedgerItem, againId, limits);

describe('a request has a newer one of its image', () => {
  it('if that was accepted later, and not by being accepted itself', async () => {
    await accept(0);
    expect(await hasNewer()).toBe(false);
    await accept(1);
    expect(await hasNewer()).toBe(true);
  });

  it('if that is another one than the one that sends it again, which may be the newest', async () => {
    await accept(0);
    const again = await accept(2);
    expect(await hasNewer(again)).toBe(false);
    await accept(1);
    expect(await hasNewer(again)).toBe(true);
  });

  it('if that has not expired', async () => {
    await accept(1);
    clock.set(NOON + LEDGER_RETENTION_MS);
    expect(await hasNewer()).toBe(false);
  });

  it('behind many that have expired', async () => {
    for (let after = 1; after <= 10; after += 1) await accept(after);
    clock.set(NOON + LEDGER_RETENTION_MS);
    await accept(11);
    expect(await hasNewer()).toBe(true);
  });
});

describe('that a request is sent again', () => {
  it('is noted with it, and makes no item where there is none', async () => {
    const id = await accept(0);
    await requests.noteAgain(id, 'sqs:again', limits);
    await requests.noteAgain('sqs:gone', 'sqs:again', limits);
    expect(await ledger.find(id, limits)).toMatchObject({ againAs: 'sqs:again' });
    expect(await ledger.find('sqs:gone', limits)).toBeUndefined();
  });
});
