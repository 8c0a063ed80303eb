import { describe, expect, it } from 'vitest';
import { isMet, printed } from '../../bench/report.ts';

describe('a goal', () => {
  it.each([
    [{ atMost: 2 }, 2, true],
    [{ atMost: 2 }, 2.01, false],
    [{ atLeast: 0.95 }, 0.94, false],
    [{ atMost: 100, atLeast: 100 }, 99, false],
  ])('%o of %d is met: %s', (bounds, value, met) => {
    expect(isMet({ goal: 'a goal', value, ...bounds })).toBe(met);
  });
});

describe('a report', () => {
  it('is printed as Markdown, its numbers with three digits that count', () => {
    const text = printed({
      title: 'Title',
      columns: ['name', 'value'],
      rows: [
        ['ratio', 1.23456],
        ['large', 123.4],
        ['count', 2000],
      ],
      notes: ['A note.'],
      goals: [{ goal: 'ratio', value: 1.23456, atMost: 1 }],
    });
    expect(text).toBe(
      [
        '### Title',
        '| name | value |\n| --- | ---: |\n| ratio | 1.23 |\n| large | 123 |\n| count | 2000 |',
        'A note.',
        '| goal | bound | measured |  |\n| --- | ---: | ---: | ---: |\n| ratio | ≤ 1 | 1.23 | not met |',
      ].join('\n\n'),
    );
  });
});
