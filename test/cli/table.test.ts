import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { requestColumns } from '../../cli/src/request/columns.ts';
import { tableText } from '../../cli/src/terminal/table.ts';
import { widthOf } from '../../cli/src/terminal/text.ts';
import type { RequestSummary } from '../../client/src/contract.ts';

const IMAGE = '123e4567-e89b-12d3-a456-426614174000';
const REQUEST = `http:${'0'.repeat(64)}`;
const NOW = Date.parse('2026-11-22T12:00:00Z');

const request = (more: object = {}) =>
  ({
    image_id: IMAGE,
    request_id: REQUEST,
    life: 'finished',
    accepted_at: '2026-11-22T11:00:00Z',
    source: 'http',
    ...more,
  }) as unknown as RequestSummary;

function linesAt(columns: number, items: readonly RequestSummary[], hasImage = true): readonly string[] {
  const image = { title: 'IMAGE', isId: true, value: ({ image_id }: RequestSummary) => image_id };
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns });
  const text = tableText(requestColumns(NOW, hasImage ? [image] : []), items, terminal);
  return stripVTControlCharacters(text).split('\n');
}

describe('a table on a terminal', () => {
  it.each([20, 40, 60, 80, 100, 120, 160, 200])('of %d columns has each id as a whole', (columns) => {
    const batch = `b_${'1'.repeat(32)}`;
    const lines = linesAt(columns, [request(), request({ batch_id: batch, error_code: 'not_found' })]);
    const text = lines.join('\n');
    for (const id of [IMAGE, REQUEST]) expect(text.split(id)).toHaveLength(3);
    expect(text).toContain(batch);
    const others = lines.filter((line) => ![IMAGE, REQUEST, batch].includes(line.trim()));
    expect(Math.max(...others.map((line) => widthOf(line)))).toBeLessThanOrEqual(columns);
  });

  it('leaves out other columns first, and those without a value', () => {
    expect(linesAt(80, [request()], false)).toEqual([`STATE     ${'REQUEST'}`, `finished  ${REQUEST}`]);
  });

  it('breaks a row over lines where nothing else helps', () => {
    expect(linesAt(80, [request()])).toEqual([
      `${'IMAGE'.padEnd(36)}  STATE     AGE  SOURCE`,
      '  REQUEST',
      `${IMAGE}  finished  1h   http`,
      `  ${REQUEST}`,
    ]);
  });
});
