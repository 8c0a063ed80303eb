import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnerPages } from '../../../../functions/adapters/ledger/by-owner.ts';
import { InvalidCursor } from '../../../../functions/core/errors.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);
const OWNERS = ['acme', 'globex', 'service'];
/** Each owner has two items of each of these moments: a page can begin between any two. */
const MOMENTS = [NOON, NOON + 1, NOON + 2];

/** More than there are items: pages that never end are a fault. */
const MOST_PAGES = 30;

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
  for (const owner of [...OWNERS, 'other']) {
    for (const at of MOMENTS) for (const each of ['a', 'b']) await put(owner, at, each);
    await put(owner, NOON + 3, 'expired', NOON);
  }
});
afterAll(() => database.stop());

async function put(owner: string, at: number, name: string, expiresAt = NOON + 60_000): Promise<void> {
  const id = `http:${`${owner}_${at - NOON}_${name}`.padEnd(40, '_')}`;
  const Item = {
    ...{ id: { S: id }, owner: { S: owner }, accepted_at: { S: new Date(at).toISOString() } },
    expires_at: { N: String(expiresAt / 1000) },
  };
  await database.client.send(new PutItemCommand({ TableName: database.table, Item }));
}

const open = () => createOwnerPages({ send: database.client.send.bind(database.client), table: database.table, clock });

/** Every page, as the moments and owners of its items. */
async function pagesOf(owners: readonly string[], limit: number): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await open()(owners, { limit, ...(cursor !== undefined && { cursor }) }, limits);
    pages.push(page.items.map(({ id }) => id?.S?.replace(/^http:|_+$/g, '') ?? ''));
    cursor = page.cursor;
  } while (cursor !== undefined && pages.length < MOST_PAGES);
  return pages;
}

describe('what several owners have', () => {
  it.each([1, 2, 3, 4, 5, 7, 100])('is shown newest first in pages of %i, each item once', async (limit) => {
    const pages = await pagesOf(OWNERS, limit);
    // Those that have expired take a place, too.
    expect(pages).toHaveLength(Math.ceil(21 / limit));
    const shown = pages.flat();
    expect(shown).toHaveLength(18);
    expect(new Set(shown).size).toBe(18);
    const places = shown.map((each) => each.split('_').slice(0, 2).toReversed().join(' '));
    const expected = ['2', '1', '0'].flatMap((at) => OWNERS.flatMap((owner) => Array(2).fill(`${at} ${owner}`)));
    expect(places).toEqual(expected);
  });

  it('is that of those who are asked for alone', async () => {
    expect((await pagesOf(['globex'], 4)).map((page) => page.length)).toEqual([3, 3]);
  });

  it('is not gone on with at a place of an owner who is not asked for', async () => {
    const { cursor = '' } = await open()(['other'], { limit: 1 }, limits);
    await expect(open()(OWNERS, { limit: 1, cursor }, limits)).rejects.toThrow(InvalidCursor);
  });
});
