import { describe, expect, it } from 'vitest';
import { BadOption, parseOptions } from '../../chaos/options.ts';

describe('the options of npm run chaos', () => {
  it('are a thousand seeds of two hundred requests when nothing is said', () => {
    expect(parseOptions([])).toEqual({ first: 1, seeds: 1000, requests: 200, isVerbose: false });
  });

  it('choose other seeds and another size', () => {
    const options = parseOptions(['--seeds', '3', '--first', '7', '--requests=50']);
    expect(options).toEqual({ first: 7, seeds: 3, requests: 50, isVerbose: false });
  });

  it('show a single run', () => {
    expect(parseOptions(['--seed', '42'])).toEqual({ first: 42, seeds: 1, requests: 200, isVerbose: true });
  });

  it('name a checkout of another version', () => {
    expect(parseOptions(['--beside', '../before'])).toMatchObject({ seeds: 1000, beside: '../before' });
    expect(parseOptions(['--seed', '42', '--beside', '../before'])).toMatchObject({ first: 42, beside: '../before' });
  });

  it('ask for help before anything else', () => {
    expect(parseOptions(['--help', '--seeds', 'many'])).toBe('help');
  });

  it.each([
    [['--seeds', '0'], '--seeds must be a whole number from 1 to 1000000000, got "0"'],
    [['--seeds', 'many'], '--seeds must be a whole number from 1 to 1000000000, got "many"'],
    [['--first=-1'], '--first must be a whole number from 1 to 1000000000, got "-1"'],
    [['--requests', '1e3'], '--requests must be a whole number from 1 to 1000000000, got "1e3"'],
    [['--seed', '1', '--seeds', '2'], '--seed is for a single run: use it without --first and --seeds'],
    [['--sede', '1'], "Unknown option '--sede'; --help shows all options"],
    [['12'], "Unexpected argument '12'"],
  ])('%j: say what is wrong', (args, message) => {
    expect(() => parseOptions(args)).toThrow(BadOption);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
