import { describe, expect, it } from 'vitest';
import { limitOf, millisecondsOf, timeOf } from '../../cli/src/input/duration.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

describe('a time in the command line', () => {
  it.each([
    ['30m', 1, '2026-11-22T12:30:00.000Z'],
    ['6h', 1, '2026-11-22T18:00:00.000Z'],
    ['2d', 1, '2026-11-24T12:00:00.000Z'],
    ['2d', -1, '2026-11-20T12:00:00.000Z'],
    ['2026-11-22', -1, '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T13:00:00+02:00', 1, '2026-11-22T11:00:00.000Z'],
  ] as const)('%s in the direction %d is %s', (text, direction, time) => {
    expect(timeOf('--until', text, NOON, direction)).toBe(time);
  });

  it.each(['', '2', '2w', '-2d', 'noon', '2026-13-01'])('%j is none', (text) => {
    expect(() => timeOf('--until', text, NOON, 1)).toThrow(/^--until must be a time such as/);
  });
});

it('a timeout is given in seconds', () => {
  expect([millisecondsOf(undefined), millisecondsOf('90')]).toEqual([undefined, 90_000]);
  for (const text of ['0', '-1', '1.5', '1m'])
    expect(() => millisecondsOf(text)).toThrow(/^--timeout must be a whole number of seconds from 1, got /);
});

it('a limit is a number, or all', () => {
  expect([limitOf('20'), limitOf('all')]).toEqual([20, Infinity]);
  for (const text of ['0', '-1', '1.5', 'none']) expect(() => limitOf(text)).toThrow(/^--limit must be a whole/);
});
