import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { loggedError } from '../../../functions/core/logged-error.ts';

// As AWS words it, the call as it should have been signed below its first line.
const MISMATCH =
  "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:canary-token\n";

/** An error whose stack is made by hand. */
const stacked = (stack: string, cause?: unknown) => Object.assign(new Error('text', { cause }), { stack });

describe('an error in a log line', () => {
  it('is its name and text, and those of what is behind it', () => {
    const cause = Object.assign(new Error('no'), { name: 'AccessDenied' });
    const logged = { error: 'DependencyUnavailable: the ledger could not be used', cause: 'AccessDenied: no' };
    expect(loggedError(new DependencyUnavailable('ledger', cause))).toMatchObject(logged);
  });

  it.each(['\n', '\r\n', '\r'])('shows nothing of the call that AWS quotes behind %j', (lineBreak) => {
    const quoting = new Error(MISMATCH.replaceAll('\n', lineBreak));
    for (const error of [quoting, new DependencyUnavailable('result queue', quoting)]) {
      expect(JSON.stringify(loggedError(error))).toContain('we calculated does not match');
      expect(JSON.stringify(loggedError(error))).not.toMatch(/canary|Canonical/);
    }
  });

  it.each([undefined, null, 'text', 5])('may be %j, which is none', (thrown) => {
    expect(loggedError(thrown)).toEqual({ error: String(thrown), cause: undefined, frames: undefined });
  });
});

describe('the frames of an error in a log line', () => {
  it('name file, line and function of where it was made, and of what is behind it', () => {
    function reachTheLedger() {
      return new Error('away');
    }
    const { frames } = loggedError(new DependencyUnavailable('ledger', reachTheLedger()));
    const [own, behind] = frames?.split('\ncaused by\n') ?? [];
    expect(own).toMatch(/^at .*logged-error\.test\.ts:\d+:\d+\)?\n/);
    expect(behind).toMatch(/^at reachTheLedger \(.*logged-error\.test\.ts:\d+:\d+\)\n/);
  });

  it.each([
    'at functions/core/deadline.ts:19:5',
    'at async attempt (functions/core/processing/attempt.ts:57:21)',
    'at async file:///var/task/index.mjs:1:53211',
    'at new CallNotStarted (functions/core/errors.ts:9:7)',
    'at Object.send [as call] (node_modules/@middy/core/index.js:4:1)',
    'at process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
    'at Array.map (<anonymous>)',
    'at async Promise.all (index 0)',
  ])('are taken as they are: %s', (frame) => {
    expect(loggedError(stacked(`Error: text\n    ${frame}`)).frames).toBe(frame);
  });

  it.each(['    at canary', '    at canary (x)', 'at canary (a.ts:1:2)', '    at a b=canary (a.ts:1:2)', 'canary:1:2'])(
    'are nothing else of a stack: %j',
    (line) => expect(loggedError(stacked(`Error: text\n${line}`)).frames).toBeUndefined(),
  );

  it('are ten of each error, and of three behind it', () => {
    const deep = (name: string, cause?: unknown) =>
      stacked(`Error\n${Array.from({ length: 12 }, (_, n) => `    at ${name}.ts:${n}:1`).join('\n')}`, cause);
    const { frames } = loggedError(deep('a', deep('b', deep('c', deep('d', deep('e'))))));
    const groups = frames?.split('\ncaused by\n').map((group) => group.split('\n'));
    expect(groups?.map((group) => [group[0], group.length])).toEqual([
      ['at a.ts:0:1', 10],
      ['at b.ts:0:1', 10],
      ['at c.ts:0:1', 10],
      ['at d.ts:0:1', 10],
    ]);
  });

  it('of an error that is behind itself come to an end', () => {
    const circular = stacked('Error\n    at a.ts:1:1');
    circular.cause = circular;
    expect(loggedError(circular).frames?.match(/caused by/g)).toHaveLength(3);
  });
});
