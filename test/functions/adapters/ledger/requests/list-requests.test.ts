import type { QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../../../functions/adapters/ledger/ledger-item.ts';
import { createListOfImage } from '../../../../../functions/adapters/ledger/requests/list-requests.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);

/** A request of an image, the nth newest. */
const itemOf = (n: number, partner: string, expiresAt = NOON + 60_000): Item => ({
  id: { S: `http:${String(n).padStart(64, '0')}` },
  image_id: { S: 'villa' },
  source: { S: 'http' },
  state: { S: 'accepted' },
  partner: { S: partner },
  accepted_at: { S: new Date(NOON - n * 1000).toISOString() },
  expires_at: { N: String(expiresAt / 1000) },
});

const EXPIRED = 'expired ';

/** An index with these items, which it reads as DynamoDB does: first so many, and then it leaves out what was not asked for. */
function indexOf(partners: readonly string[]) {
  const items = partners.map((partner, n) =>
    itemOf(n, partner.replace(EXPIRED, ''), partner.startsWith(EXPIRED) ? NOON : undefined),
  );
  const reads: number[] = [];
  const send = async ({ input }: QueryCommand) => {
    const { Limit = 2000, ExclusiveStartKey: start, ExpressionAttributeValues: values = {} } = input;
    const from = start === undefined ? 0 : items.findIndex(({ id }) => id?.S === start.id?.S) + 1;
    const read = items.slice(from, from + Limit);
    reads.push(read.length);
    const last = from + read.length < items.length ? read.at(-1) : undefined;
    return { Items: read.filter(({ partner }) => partner?.S === values[':partner']?.S), LastEvaluatedKey: last };
  };
  return { list: createListOfImage({ send: send as never, table: 'ledger', clock }), reads };
}

const repeated = (count: number, partner: string) => Array<string>(count).fill(partner);

describe("a page of an image's requests", () => {
  it('reads one item more than it shows, however many there are', async () => {
    const { list, reads } = indexOf(repeated(5000, 'acme'));
    const page = await list('acme', 'villa', { limit: 100 }, limits);
    expect([page.items.length, reads]).toEqual([100, [101]]);
  });

  it('is filled past the requests of others, in few queries', async () => {
    const { list, reads } = indexOf([...repeated(900, 'other'), ...repeated(30, 'acme'), ...repeated(3000, 'other')]);
    const page = await list('acme', 'villa', { limit: 20 }, limits);
    expect([page.items.length, reads]).toEqual([20, [21, 1000]]);
    const next = await list('acme', 'villa', { limit: 20, cursor: page.cursor ?? '' }, limits);
    expect(next.items).toHaveLength(10);
    expect(next.cursor).toBeUndefined();
  });

  it('shows none that has expired, and is filled past it', async () => {
    const { list, reads } = indexOf(['acme', 'expired acme', 'acme', 'acme']);
    const page = await list('acme', 'villa', { limit: 2 }, limits);
    expect(page.items.map(({ acceptedAt }) => (NOON - acceptedAt) / 1000)).toEqual([0, 2]);
    expect(reads).toEqual([3, 1]);
  });

  it('ends early among very many of others, and goes on from there until all are seen', async () => {
    const { list, reads } = indexOf([...repeated(25_000, 'other'), ...repeated(3, 'acme')]);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('acme', 'villa', { limit: 20, ...(cursor !== undefined && { cursor }) }, limits);
      seen.push(page.items.length);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([0, 0, 3]);
    expect(Math.max(...reads)).toBe(1000);
    expect(reads.length).toBeLessThanOrEqual(30);
  });
});
