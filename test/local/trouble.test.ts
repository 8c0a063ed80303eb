import { describe, expect, it } from 'vitest';
import { rowText } from '../../local/terminal/row.ts';
import { isTrouble, troubleRow } from '../../local/trouble.ts';

const NOW = new Date('2026-11-22T11:00:00Z');
const line = (facts: object) => rowText(troubleRow('reprocess-local-worker', JSON.stringify(facts), NOW));
const head = { timestamp: '2026-11-22T10:00:01.000Z', stage: 'local', function: 'reprocess-worker' };

describe("a line of a function's log", () => {
  it('is shown as time, level, function, message and the important facts', () => {
    const facts = {
      level: 'warn',
      message: 'the request waits for its next attempt',
      ...head,
      request_id: 'http:1',
      image_id: 'house',
      partner: 'demo',
      source: 'http',
      trace_id: '9f3c',
      attempt: 1,
      duration_ms: 1,
      wait_ms: 1959,
      error: { code: 'refused_for_now', detail: 'the endpoint answered 503: it failed', status: 503 },
    };
    expect(line(facts)).toBe(
      '  10:00:01  warn  reprocess-worker  the request waits for its next attempt (request http:1, image house, attempt 1, wait 2.0 s, error refused_for_now: the endpoint answered 503: it failed)',
    );
  });

  it('has no brackets where there are no facts', () => {
    expect(
      line({ level: 'error', message: 'the circuit breaker opened', ...head, cause: undefined, until: null }),
    ).toBe('  10:00:01  error  reprocess-worker  the circuit breaker opened');
  });

  it('is shown without JSON, whatever is in it', () => {
    const facts = { level: 'error', message: 'm', ...head, list: [1, { a_b: 2 }], more: { x: { y: null } } };
    expect(line(facts)).toBe('  10:00:01  error  reprocess-worker  m (list 1 a b 2, more x y null)');
  });

  it("is Lambda's own, of a function that failed, without the stack", () => {
    const facts = {
      level: 'error',
      message: 'Invoke Error',
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: ['at x'],
    };
    expect(line(facts)).toBe('  11:00:00  error  reprocess-local-worker  Invoke Error (error TypeError: no)');
  });

  it.each(['(node:1) Warning: old', '{"broken', '"text"', '{"no":"message"}'])(
    'is %s, which stays as it is',
    (text) => {
      expect(rowText(troubleRow('worker', text, NOW))).toBe(`  11:00:00  error  worker  ${text}`);
    },
  );
});

it.each([
  ['{"level":"debug","message":"m"}', false],
  ['{"level":"info","message":"m"}', false],
  ['{"_aws":{}}', false],
  ['{"level":"warn","message":"m"}', true],
  ['{"level":"error","message":"m"}', true],
  ['(node:1) Warning: old', true],
])('%s is trouble: %s', (text, expected) => {
  expect(isTrouble(text)).toBe(expected);
});
