import { expect, it } from 'vitest';
import { createLineCursor } from '../../../../../functions/core/batch/feeding/line-cursor.ts';
import type { ParsedLine } from '../../../../../functions/core/batch/reading/parsed-line.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const upload = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const blank = (line: number): ParsedLine => ({ line, next: { offset: line, line: line + 1 }, isBlank: true });
const request = (line: number): ParsedLine => ({ ...blank(line), request: { imageId: 'house', preferences: {} } });

function cursorOver(lines: readonly ParsedLine[]) {
  async function* readLines() {
    yield { lines };
  }
  return createLineCursor(readLines, upload, { offset: 0, line: 1 }, plentyOfTime(standingClock()));
}

it('lines without a request are passed 5,000 at a time, so that whoever takes over looks for no more', async () => {
  const cursor = cursorOver(Array.from({ length: 7000 }, (_, index) => blank(index + 1)));
  expect(await cursor.take(10)).toEqual({ lines: [], next: { offset: 5000, line: 5001 }, isEnd: false });
  expect(await cursor.take(10)).toEqual({ lines: [], next: { offset: 7000, line: 7001 }, isEnd: true });
});

it('a request behind a header that stands far below is taken', async () => {
  const taken = await cursorOver([request(7000)]).take(10);
  expect(taken).toMatchObject({ lines: [{ line: 7000 }], next: { line: 7001 }, isEnd: true });
});

it('a line that swallows thousands is passed by itself', async () => {
  const swallowing: ParsedLine = {
    ...{ line: 3, next: { offset: 9000, line: 9000 } },
    refusal: { detail: 'not one record', original: '"' },
  };
  const cursor = cursorOver([request(2), swallowing, request(9000)]);
  expect(await cursor.take(10)).toMatchObject({ lines: [{ line: 2 }], next: { line: 3 } });
  expect(await cursor.take(10)).toMatchObject({ lines: [], next: { line: 9000 } });
  expect(await cursor.take(10)).toMatchObject({ lines: [{ line: 9000 }], isEnd: true });
});
