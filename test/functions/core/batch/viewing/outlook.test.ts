import { describe, expect, it } from 'vitest';
import { type Batch, newBatch } from '../../../../../functions/core/batch/batch.ts';
import {
  contentOfImages,
  contentOfRequests,
  MAX_MADE_BYTES,
} from '../../../../../functions/core/batch/creating/list-content.ts';
import { requestKeyOf } from '../../../../../functions/core/batch/creating/request-files.ts';
import {
  type AccountView,
  problemsOf,
  ratePerMinute,
  waitsFor,
} from '../../../../../functions/core/batch/viewing/outlook.ts';
import { NOON } from '../../../../support/fixtures.ts';

const MINUTE = 60_000;
const check = {
  ...{ total: 10, rejected: 0, rejections: [], repeatedImages: 0, differingImages: 0, repeats: [] },
  ...{ problems: [], warnings: [] },
};
const facts = { batchId: 'b_1', name: 'a', source: 'http', file: { bucket: 'b', key: 'k', version: '1' } } as const;
const batch = (more: Partial<Batch> = {}): Batch => ({ ...newBatch({ ...facts, createdAt: NOON, check }), ...more });
const window = { start: NOON - 12 * 60 * MINUTE, end: NOON + 12 * 60 * MINUTE };
const account = (leftForBulk: number, more: Partial<AccountView> = {}): AccountView => ({
  budget: { window, limit: 500, used: 0, usedByBulk: 0, leftForBulk, failed: 0 },
  ...more,
});

describe('what a batch waits for', () => {
  const pause = { reason: 'person', detail: 'maintenance', since: NOON } as const;
  const { check: _, ...unchecked } = batch();
  const { version: __, ...file } = unchecked.file;

  it.each<[string, Batch, AccountView, object | undefined]>([
    ['nothing, while something is left', batch(), account(1), undefined],
    ['the reset, with nothing left for batches', batch(), account(0), { reason: 'daily_limit', until: window.end }],
    ['whoever paused the account', batch(), account(1, { pause }), { reason: 'person', detail: 'maintenance' }],
    [
      'the end of the account’s pause',
      batch(),
      account(1, { pause: { ...pause, until: NOON + MINUTE } }),
      { reason: 'person', until: NOON + MINUTE },
    ],
    ['its owner, when it is paused itself', batch({ control: 'paused' }), account(0), { reason: 'paused' }],
    ['its file', { ...unchecked, file }, account(0), { reason: 'upload', until: NOON + 60 * MINUTE }],
    [
      'nothing, when it is cancelled before its file came',
      { ...unchecked, file, control: 'cancelled' },
      account(0),
      undefined,
    ],
    ['nothing, when it is cancelled', batch({ control: 'cancelled' }), account(0), undefined],
    [
      'nothing, with no line left to send',
      batch({ feed: { ...batch().feed, lines: 10, isFed: true } }),
      account(0),
      undefined,
    ],
    ['nothing, once it is finished', batch({ finishedAt: NOON }), account(0), undefined],
  ])('%s', (_name, given, view, wanted) => {
    const found = waitsFor(given, view);
    if (wanted === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(wanted);
  });
});

describe('the rate of a batch', () => {
  const points = (...ended: readonly (readonly [minute: number, finished: number])[]) =>
    ended.map(([minute, finished]) => ({ at: NOON + minute * MINUTE, finished, failed: 0, started: 0 }));

  it.each([
    ['is not known without points', points(), 0, undefined],
    ['is not known from one point', points([0, 5]), 0, undefined],
    ['is that of the last five minutes', points([0, 0], [10, 100], [15, 600]), 15, 100],
    ['is that of all points, before there are five minutes', points([0, 0], [2, 60]), 2, 30],
    ['falls while nothing ends', points([0, 0], [5, 100]), 25, 5],
  ])('%s', (_, given, minute, wanted) => {
    expect(ratePerMinute(batch({ points: given }), NOON + minute * MINUTE)).toBe(wanted);
  });

  it('counts lines that failed as well', () => {
    const [first, last] = points([0, 0], [5, 100]).map((point, index) => ({ ...point, failed: index * 50 }));
    const given = [first, last].flatMap((point) => point ?? []);
    expect(ratePerMinute(batch({ points: given }), NOON + 5 * MINUTE)).toBe(30);
  });

  it('is none once it is finished', () => {
    expect(ratePerMinute(batch({ points: points([0, 0], [5, 5]), finishedAt: NOON }), NOON)).toBeUndefined();
  });
});

describe('what is wrong with a batch', () => {
  const { check: _, ...unchecked } = batch();
  const { version: __, ...file } = unchecked.file;

  it.each<[string, Batch, number, number]>([
    ['has no file when its URL ends', { ...unchecked, file }, 60 * MINUTE, 0],
    ['has no file after that', { ...unchecked, file }, 60 * MINUTE + 1, 1],
    ['is still checked', unchecked, 60 * MINUTE + 1, 0],
    ['was checked', { ...unchecked, check, file }, 60 * MINUTE + 1, 0],
  ])('that %s: %#', (_name, given, after, problems) => {
    expect(problemsOf(given, NOON + after)).toHaveLength(problems);
  });

  it('is said once, with its refusal first, and what keeps the rest from being sent last', () => {
    const refused = { ...check, refusal: 'no line', problems: ['no line', 'a quote is open'] };
    const feed = { ...batch().feed, problem: 'the file is gone' };
    expect(problemsOf(batch({ check: refused, feed }), NOON)).toEqual([
      'no line',
      'a quote is open',
      'the file is gone',
    ]);
  });
});

describe('the key of a request file', () => {
  const [id, partner] = ['b_1', 'acme'];
  it.each([
    [{ batchId: id, partner }, 'a.csv', 'csv', 'requests/partners/acme/b_1/a.csv'],
    [{ batchId: id }, 'a.CSV', 'csv', 'requests/service/b_1/a.csv'],
    [{ batchId: id }, 'spring', 'ndjson', 'requests/service/b_1/spring.ndjson'],
    [{ batchId: id }, 'a.csv', 'ndjson', 'requests/service/b_1/a.csv.ndjson'],
    [{ batchId: id }, '../../x', 'csv', 'requests/service/b_1/x.csv'],
    [{ batchId: id }, '.hidden', 'csv', 'requests/service/b_1/hidden.csv'],
    [{ batchId: id }, '~$a', 'csv', 'requests/service/b_1/a.csv'],
    [{ batchId: id }, 'Frühling 2026', 'csv', 'requests/service/b_1/Frühling 2026.csv'],
    [{ batchId: id }, '...a', 'csv', 'requests/service/b_1/a.csv'],
    [{ batchId: id }, `${'ü'.repeat(100)}b`, 'csv', `requests/service/b_1/${'ü'.repeat(100)}.csv`],
    [{ batchId: id }, '???', 'csv', 'requests/service/b_1/requests.csv'],
  ] as const)('of %j named %s is read as %s', (of, name, format, key) => {
    expect(requestKeyOf(of, name, format)).toBe(key);
  });
});

describe('requests that are made into a file', () => {
  it('are one a line, with what they have in common', () => {
    const notAfter = '2026-12-01T00:00:00Z';
    const shared = { preferences: { rating: 4 }, notAfter, apiVersion: '2025-05-08' };
    const rest = `"preferences":{"rating":4},"not_after":"${notAfter}","api_version":"2025-05-08"}`;
    expect(String(Buffer.from(contentOfImages(['a', 7], shared) ?? ''))).toBe(
      `{"image_id":"a",${rest}\n{"image_id":7,${rest}\n`,
    );
  });

  it('are none where they would be too long', () => {
    const preferences = { note: 'x'.repeat(60_000) };
    const many = Array.from({ length: MAX_MADE_BYTES / 60_000 + 1 }, () => 'a');
    expect(contentOfImages(many, { preferences })).toBeUndefined();
    expect(contentOfRequests(many.map(() => preferences))).toBeUndefined();
  });
});
