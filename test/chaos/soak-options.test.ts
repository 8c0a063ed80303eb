import { describe, expect, it } from 'vitest';
import { BadOption } from '../../chaos/options.ts';
import { parseSoakOptions } from '../../chaos/soak/options.ts';

describe('the options of npm run soak', () => {
  it.each([
    [[], { requests: 20_000, minutes: 10 }],
    [['--requests', '800', '--minutes=0.5'], { requests: 800, minutes: 0.5 }],
    [['--help', '--requests', '1'], 'help'],
  ])('%j are %j', (args, options) => {
    expect(parseSoakOptions(args)).toEqual(options);
  });

  it.each([
    [['--requests', '820'], '--requests must be a multiple of '],
    [['--requests', 'many'], 'got "many"'],
    [['--minutes', '0'], '--minutes must be a number above 0, got "0"'],
    [['--minutes', 'Infinity'], '--minutes must be a number above 0, got "Infinity"'],
    [['--sede', '1'], "Unknown option '--sede'; --help shows all options"],
    [['12'], "Unexpected argument '12'"],
  ])('%j: say what is wrong', (args, message) => {
    expect(() => parseSoakOptions(args)).toThrow(BadOption);
    expect(() => parseSoakOptions(args)).toThrow(message);
  });
});
