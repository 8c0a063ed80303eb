import { describe, expect, it } from 'vitest';
import type { CallEnd, Happening, ToldAttempt } from '../../chaos/facts.ts';
import { accountOf, request, START } from './support/story.ts';

const one = request('r1');
const { queued, received, known, claimed, called, answered } = one.steps;

const told = (...attempts: readonly ToldAttempt[]): Happening => {
  return { kind: 'attempts_told', requestId: one.requestId, invocation: 1, attempts };
};
const attempt = (number: number, code: string, status: number | null = null): ToldAttempt => {
  return { attempt: number, at: START, code, status };
};

/** Whether a request that was begun tells what is not so. */
function isMistold(...happenings: readonly Happening[]): boolean {
  return accountOf([one.submission], [queued, received, known, claimed, ...happenings]).broken.includes('mistold');
}

const endedAs = (how: CallEnd): readonly Happening[] => [called, { ...answered, how }];
const refused = attempt(1, 'refused_for_now', 503);

describe('an attempt is told as the endpoint saw it', () => {
  it.each<[ToldAttempt, readonly Happening[]]>([
    [refused, endedAs(503)],
    [attempt(1, 'refused_for_now', 404), endedAs('proxy')],
    [attempt(1, 'gateway_failed', 504), endedAs(504)],
    [attempt(1, 'connection_lost'), endedAs('lost')],
    [attempt(1, 'answer_timed_out'), [called]],
    [attempt(1, 'endpoint_not_reached'), endedAs('not_sent')],
    [attempt(1, 'call_not_started'), []],
  ])('%j', (newest, calls) => {
    expect(isMistold(...calls, told(newest))).toBe(false);
  });

  it.each<[string, ToldAttempt, readonly Happening[]]>([
    ['was answered otherwise', refused, endedAs(500)],
    ['was answered', attempt(1, 'connection_lost'), endedAs(200)],
    ['was sent', attempt(1, 'endpoint_not_reached'), endedAs('lost')],
    ['nobody made', attempt(1, 'answer_timed_out'), []],
    ['was made before its claim', { ...refused, at: START - 60_000 }, endedAs(503)],
    ['was made later than it is told', { ...refused, at: START + 60_000 }, endedAs(503)],
  ])('and not one that %s', (_, newest, calls) => {
    expect(isMistold(...calls, told(newest))).toBe(true);
  });
});

describe('attempts are told in their order', () => {
  const again: readonly Happening[] = [
    ...endedAs(503),
    told(refused),
    { ...claimed, invocation: 2 },
    { ...called, call: 2, invocation: 2 },
    { ...answered, call: 2, how: 429 },
  ];
  const throttled = attempt(2, 'refused_for_now', 429);

  it.each<[string, boolean, readonly ToldAttempt[]]>([
    ['the newest last', false, [refused, throttled]],
    ['and not the other way round', true, [throttled, refused]],
    ['none forgotten', true, [throttled]],
    ['none changed', true, [{ ...refused, status: 500 }, throttled]],
    ['none twice', true, [refused, refused, throttled]],
  ])('%s', (_, broken, attempts) => {
    expect(isMistold(...again, told(...attempts))).toBe(broken);
  });
});
