import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../../functions/adapters/csv/parse-csv.ts';

describe('records of CSV', () => {
  it('are read though one among them is wrong, of which no line is named: the file has another one', () => {
    const [before, wrong, after] = parseCsv(['a,1', '"b"x,2', 'c,3'], ',');
    expect([before, after]).toEqual([
      ['a', '1'],
      ['c', '3'],
    ]);
    expect(wrong).toEqual({ problem: expect.stringMatching(/^Invalid Closing Quote/) });
    expect(wrong).not.toEqual({ problem: expect.stringContaining('at line') });
  });

  it.each([
    ['two that are one together', ['"a', 'b"'], [expect.anything(), expect.anything()]],
    ['one that is two', ['a\nb'], [{ problem: 'the line is not one CSV record' }]],
  ])('are as many as were given: %s', (_, records, expected) => {
    expect(parseCsv(records, ',')).toEqual(expected);
  });
});
