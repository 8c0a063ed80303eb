import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../../functions/adapters/csv/parse-csv.ts';

describe('records of CSV', () => {
  it('are read though one among them is wrong, of which no line is named: the file has another one', () => {
    const [before, wrong, after] = parseCsv(['a,1', '"b"x,2', 'c,3'], ',');
    expect([before, after]).toEqual([
      ['a', '1'],
      ['c', '3'],
    ]);
    const advice = 'put the whole cell in quotes, and write each quote in it twice, as in "15"" screen"';
    expect(wrong).toEqual({ problem: `cell 1 has a quote inside: ${advice}` });
  });

  it.each([
    ['a,b"c"', 'cell 2 has a quote inside'],
    ['a,"b" ,c', 'cell 2 has a quote inside'],
    ['="12",a', 'cell 1 has a quote inside'],
    ['a,b,"c', 'cell 3 begins with a quote that is never closed'],
  ])('are told what is wrong with them, cells counted from 1: %s', (record, problem) => {
    expect(parseCsv([record], ',')).toEqual([{ problem: expect.stringContaining(problem) }]);
  });

  it.each([
    ['two that are one together', ['"a', 'b"'], [expect.anything(), expect.anything()]],
    ['one that is two', ['a\nb'], [{ problem: 'the line is not one CSV record' }]],
  ])('are as many as were given: %s', (_, records, expected) => {
    expect(parseCsv(records, ',')).toEqual(expected);
  });
});
