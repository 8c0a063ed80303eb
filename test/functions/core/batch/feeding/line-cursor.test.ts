import { expect, it } from 'vitest';
import { createLineCursor } from '../../../../../functions/core/batch/feeding/line-cursor.ts';
import type { ParsedLine } from '../../../../../functions/core/batch/reading/parsed-line.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('lines without a request are passed 5,000 at a time, so that whoever takes over looks for no more', async () => {
  const blank = (line: number): ParsedLine => ({ line, next: { offset: line, line: line + 1 }, isBlank: true });
  async function* readLines() {
    yield { lines: Array.from({ length: 7000 }, (_, index) => blank(index + 1)) };
  }
  const upload = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const cursor = createLineCursor(readLines, upload, { offset: 0, line: 1 }, plentyOfTime(standingClock()));
  expect(await cursor.take(10)).toEqual({ lines: [], next: { offset: 5001, line: 5002 }, isEnd: false });
  expect(await cursor.take(10)).toEqual({ lines: [], next: { offset: 7000, line: 7001 }, isEnd: true });
});
