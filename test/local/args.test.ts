import { describe, expect, it } from 'vitest';
import { parseStartArguments, USAGE, UsageError } from '../../local/args.ts';

const usual = { help: false, port: 8787, keep: undefined, inbox: undefined, live: false, receiver: false };

describe('npm start takes', () => {
  it.each([
    ['nothing', [], usual],
    ['--port N', ['--port', '3000'], { ...usual, port: 3000 }],
    ['--port=N', ['--port=3000'], { ...usual, port: 3000 }],
    ['--keep DIR', ['--keep', 'data'], { ...usual, keep: 'data' }],
    ['--inbox DIR', ['--inbox', 'in'], { ...usual, inbox: 'in' }],
    ['--receiver', ['--receiver'], { ...usual, receiver: true }],
    ['--live', ['--live'], { ...usual, live: true }],
    ['--help', ['--help'], { ...usual, help: true }],
    ['all at once', ['--live', '--keep', 'a', '--port', '1'], { ...usual, port: 1, keep: 'a', live: true }],
  ])('%s', (_, args, expected) => {
    expect(parseStartArguments(args)).toEqual(expected);
  });
});

describe('npm start refuses', () => {
  it.each([
    [
      'an option that there is not',
      ['--prot', '1'],
      'unknown option --prot: use --port N, --keep DIR, --inbox DIR, --receiver, --live or --help',
    ],
    ['a short option', ['-p', '1'], 'unknown option -p'],
    ['a word', ['8787'], 'unknown option 8787'],
    ['a port that is no number', ['--port', 'web'], '--port must be a whole number from 1 to 65529, got web'],
    ['a port that is too high for its neighbours', ['--port', '65530'], 'got 65530'],
    ['a port that is missing', ['--port'], '--port must be a whole number from 1 to 65529, got nothing'],
    ['a directory that is missing', ['--keep'], '--keep must be followed by a directory, got nothing'],
    ['an inbox that is missing', ['--inbox='], '--inbox must be followed by a directory, got nothing'],
    ['a directory that is an option', ['--keep', '--live'], '--keep must be followed by a directory, got --live'],
  ])('%s', (_, args, message) => {
    expect(() => parseStartArguments(args)).toThrow(UsageError);
    expect(() => parseStartArguments(args)).toThrow(message);
  });
});

it('its usage fits 80 columns', () => {
  expect(USAGE.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
