import { describe, expect, it } from 'vitest';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { createTally, type FileReport, isCountedOnly, type Milestone } from '../../local/tally.ts';
import { rowText } from '../../local/terminal/row.ts';

const START = Date.parse('2026-11-22T10:00:00Z');
const FILE = 'requests/a.csv';

const event = (type: string, more: Partial<OutcomeEvent['data']> = {}, file?: string): OutcomeEvent => ({
  id: 'id',
  type,
  subject: 'house',
  time: '2026-11-22T10:00:01.000Z',
  data: {
    request: { request_id: 'r', source: file === undefined ? 'http' : 'upload', ...(file && { file, line: 1 }) },
    ...more,
  },
});
const report = (lines: number, more: Partial<FileReport> = {}): FileReport => ({
  file: FILE,
  lines,
  started_at: '2026-11-22T10:00:00.500Z',
  problems: [],
  warnings: [],
  ...more,
});
const ended = (milestones: readonly Milestone[]) =>
  milestones.filter(({ isEnd }) => isEnd).map(({ row }) => rowText(row));
const lines = (milestones: readonly Milestone[]) => milestones.map(({ row }) => rowText(row));

describe('a file', () => {
  it('is counted without its total until its report is there, and then of it, to its end', () => {
    const tally = createTally(START);
    tally.uploaded(FILE);
    expect(tally.status()).toBe('  requests/a.csv  0');
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    tally.outcome(event('reprocess.failed', {}, FILE));
    expect(tally.status()).toBe('  requests/a.csv  2 · 1 failed');
    expect(tally.report(report(3))).toEqual([]);
    expect(tally.status()).toBe('  requests/a.csv  2 of 3 · 1 failed');
    const last = tally.outcome(event('reprocess.succeeded', {}, FILE));
    expect(ended(last)).toEqual(['  requests/a.csv  3 of 3 · 1 failed']);
    expect(tally.status()).toBe('  3 requests · 1 failed');
  });

  it('ends with its report where that comes last', () => {
    const tally = createTally(START);
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    expect(ended(tally.report(report(1)))).toEqual(['  requests/a.csv  1 of 1']);
  });

  it('of a batch over HTTP ends with the batch', () => {
    const tally = createTally(START);
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    expect(tally.outcome(event('batch.finished', { file: 'requests/other.csv' }))).toEqual([]);
    expect(ended(tally.outcome(event('batch.finished', { file: FILE })))).toEqual(['  requests/a.csv  1']);
    expect(tally.status()).toBe('  1 request');
  });

  it('that was uploaded does not end before its report, whatever ends', () => {
    const tally = createTally(START);
    tally.uploaded(FILE);
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    expect(tally.outcome(event('batch.finished', { file: FILE }))).toEqual([]);
    expect(ended(tally.report(report(1)))).toEqual(['  requests/a.csv  1 of 1']);
  });

  it('has a line for each thousand outcomes, with its separators', () => {
    const tally = createTally(START);
    tally.report(report(3000));
    const all = Array.from({ length: 3000 }, () => lines(tally.outcome(event('reprocess.succeeded', {}, FILE)))).flat();
    expect(all).toEqual([
      '  requests/a.csv  1,000 of 3,000',
      '  requests/a.csv  2,000 of 3,000',
      '  requests/a.csv  3,000 of 3,000',
    ]);
  });

  it('that is uploaded twice is counted to the end of both', () => {
    const tally = createTally(START);
    tally.uploaded(FILE);
    tally.uploaded(FILE);
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    expect(tally.report(report(1))).toEqual([]);
    expect(tally.status()).toBe('  requests/a.csv  1');
    tally.report(report(1));
    expect(tally.status()).toBe('  requests/a.csv  1 of 2');
    expect(ended(tally.outcome(event('reprocess.succeeded', {}, FILE)))).toEqual(['  requests/a.csv  2 of 2']);
  });

  it('that is refused as a whole has one outcome', () => {
    const tally = createTally(START);
    tally.report(report(0, { problems: ['it is UTF-16'] }));
    expect(tally.status()).toBe('  requests/a.csv  0 of 1');
    expect(ended(tally.outcome(event('reprocess.failed', {}, FILE)))).toEqual(['  requests/a.csv  1 of 1 · 1 failed']);
  });

  it('without a request ends at once', () => {
    const tally = createTally(START);
    tally.uploaded(FILE);
    expect(ended(tally.report(report(0, { warnings: ['the file holds no request'] })))).toEqual([
      '  requests/a.csv  the file holds no request',
    ]);
    expect(tally.status()).toBe('');
  });

  it('that an earlier run began is counted without its total', () => {
    const tally = createTally(START);
    tally.outcome(event('reprocess.succeeded', {}, FILE));
    tally.report(report(500, { started_at: '2026-11-22T09:59:59.000Z' }));
    expect(tally.status()).toBe('  requests/a.csv  1');
  });

  it('is shown with how many others are under way', () => {
    const tally = createTally(START);
    for (const file of [FILE, 'requests/b.csv', 'requests/c.csv']) tally.uploaded(file);
    expect(tally.status()).toBe('  requests/a.csv  0 (and 2 more files)');
  });
});

it('the totals count requests and finished images, and nothing else', () => {
  const tally = createTally(START);
  expect(tally.status()).toBe('');
  tally.outcome(event('reprocess.succeeded'));
  expect(tally.status()).toBe('  1 request');
  tally.outcome(event('reprocess.failed'));
  tally.outcome(event('image.processed'));
  tally.outcome(event('image.failed'));
  tally.outcome(event('autoenhance.image_registered'));
  expect(tally.totals()).toBe('2 requests · 1 failed, 2 images finished · 1 failed');
});

it.each<readonly [string, OutcomeEvent, boolean]>([
  ["a file's success", event('reprocess.succeeded', {}, FILE), true],
  ["a file's finished image", event('image.processed', { confirmed: true }, FILE), true],
  ["a file's failure", event('reprocess.failed', {}, FILE), false],
  ["a file's image that the endpoint knows otherwise", event('image.processed', { confirmed: false }, FILE), false],
  ['an uploaded image', event('reprocess.succeeded', {}, 'images/a.jpg'), false],
  ['a request over HTTP', event('reprocess.succeeded'), false],
])('%s is only counted: %s', (_, given, expected) => {
  expect(isCountedOnly(given)).toBe(expected);
});
