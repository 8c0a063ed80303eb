import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../cli/src/setup/findings.ts';
import type { Probe } from '../../cli/src/setup/probe.ts';
import { ageText, timeText } from '../../cli/src/terminal/numbers.ts';
import type { Budget, RequestItem, RequestSummary } from '../../client/src/contract.ts';
import { runHere } from './support/run-here.ts';
import { BUDGET, stubService } from './support/stub-service.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (ms: number) => new Date(ms).toISOString();

const machine = {
  version: '1.0.0',
  now: NOW,
  connection: { url: 'https://a1.execute-api.eu-west-1.amazonaws.com', apiKey: 'key', from: 'the profile default' },
};
const budget = BUDGET as unknown as Budget;
const probe: Probe = { budget, serverTime: NOW, elapsedMs: 12, isOperator: false, finished: [], started: [] };

/** What the doctor finds about one thing. */
function found(about: string, change: Partial<Probe>) {
  const finding = findingsOf({ ...probe, ...change }, machine).find((each) => each.about === about);
  return finding && [finding.state, finding.sentence, ...(finding.remedy === undefined ? [] : [finding.remedy])];
}
const request = (more: object) => more as RequestSummary;

describe('the doctor', () => {
  it('tells of each thing in the order in which a person would look', () => {
    expect(findingsOf(probe, machine).map(({ about, state }) => `${about}: ${state}`)).toEqual(
      ['version', 'reach', 'key', 'clock', 'region', 'budget', 'pause', 'autoenhance', 'completions'].map(
        (each) => `${each}: fine`,
      ),
    );
    expect(found('region', {})).toEqual(['fine', 'eu-west-1']);
    expect(found('key', { isOperator: true })).toEqual([
      'fine',
      "valid, an operator's: it sees everything and may pause",
    ]);
  });

  it('tells nothing more of a service that cannot be reached', () => {
    const failure = { exit: 5, code: 'not_reached', detail: 'no response came' } as const;
    const findings = findingsOf({ ...probe, budget: undefined, failure } as unknown as Probe, machine);
    expect(findings.map(({ about }) => about)).toEqual(['version', 'reach']);
    expect(findings.at(-1)).toMatchObject({ state: 'wrong', exit: 5 });
  });

  it.each([
    [0, 'fine', "this machine's agrees with the service's"],
    [MINUTE - 1, 'fine', "this machine's agrees with the service's"],
    [MINUTE, 'warning', "this machine's is 60 s ahead"],
    [1 - MINUTE, 'fine', "this machine's agrees with the service's"],
    [-MINUTE, 'warning', "this machine's is 60 s behind"],
  ])('says of a clock that is %i ms ahead: %s, %s', (ahead, state, sentence) => {
    expect(found('clock', { serverTime: NOW - ahead })?.slice(0, 2)).toEqual([state, sentence]);
  });

  it('says what is left of today, and when all goes on', () => {
    const reset = timeText(BUDGET.window.end, NOW);
    expect(found('budget', {})).toEqual(['fine', `320 of 500 left until ${reset}`]);
    expect(found('budget', { budget: { ...budget, left: 0 } })).toEqual([
      'warning',
      'nothing is left of today',
      `all goes on by itself at ${reset}`,
    ]);
    expect(found('budget', { budget: { ...budget, limit: null } })).toEqual(['fine', 'no daily limit is known']);
  });

  it.each([
    [{ reason: 'person' }, "reprocess resume, with an operator's key"],
    [{ reason: 'person', until: iso(NOW + HOUR) }, `it goes on by itself at ${timeText(iso(NOW + HOUR), NOW)}`],
    [{ reason: 'daily_limit' }, 'it goes on by itself'],
  ])('says how a pause ends: %j', (pause, remedy) => {
    const paused = { ...pause, detail: 'key exchange', since: iso(NOW) };
    expect(found('pause', { budget: { ...budget, paused } as unknown as Budget })).toEqual([
      'warning',
      'paused: key exchange',
      remedy,
    ]);
  });

  it.each([
    ['account_refused', 'the endpoint answered 401', /^the service's operator has to repair the key/],
    ['api_key_unavailable', 'the key could not be read', /^the service's operator has to repair the key/],
    [
      'connection_lost',
      'the connection was lost',
      /^they go on by themselves: reprocess request show http:1 says when$/,
    ],
  ])('says why requests wait for another attempt: %s', (code, detail, remedy) => {
    const retried = { request_id: 'http:1', state: 'waiting', last_error: { code, detail } } as RequestItem;
    expect(found('autoenhance', { retried })).toEqual([
      'warning',
      `requests wait for another attempt, the latest because ${detail}`,
      expect.stringMatching(remedy),
    ]);
    expect(found('autoenhance', { retried: { ...retried, state: 'succeeded' } as RequestItem })?.[0]).toBe('fine');
  });

  it('says when the last image was finished, and how many wait for longer than they should', () => {
    const finished = [NOW - 3 * MINUTE, NOW - 2 * MINUTE, NOW - 4 * MINUTE].map((at) =>
      request({ completed_at: iso(at) }),
    );
    const last = `the last image was finished ${timeText(iso(NOW - 2 * MINUTE), NOW)}`;
    const started = [NOW - HOUR - 1, NOW - HOUR, NOW - MINUTE].map((at) => request({ accepted_at: iso(at) }));
    expect(found('completions', { finished, started: started.slice(1) })).toEqual(['fine', last]);
    expect(found('completions', { finished, started })?.slice(0, 2)).toEqual([
      'warning',
      `${last}, and 1 wait for more than an hour`,
    ]);
    expect(found('completions', {})).toEqual(['fine', 'no image was finished yet']);
  });

  it('asks for what it tells, and takes the clock of the first answer', async () => {
    const late = { request_id: 'http:1', accepted_at: '2026-01-01T00:00:00Z' };
    const now = Date.now();
    const { env } = await stubService({
      'GET /v3/budget': () => [200, BUDGET, { date: new Date(now - HOUR).toUTCString() }],
      'GET /v3/requests': ({ url }) => {
        const state = url.searchParams.get('state');
        if (url.searchParams.has('partner')) return [403, { detail: 'no' }];
        const headers = { date: new Date(now - 5 * HOUR).toUTCString() };
        const requests = { started: [late], waiting: [{ request_id: 'http:2' }] }[state ?? ''] ?? [];
        return [200, { requests, next_cursor: null }, headers];
      },
      'GET /v3/requests/http%3A2': () => [
        200,
        { request_id: 'http:2', state: 'waiting', last_error: { code: 'account_refused', detail: 'it answered 401' } },
      ],
    });
    const { code, stdout } = await runHere(['doctor'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^!! {2}clock: this machine's is 3,[56]\d\d s ahead: /m);
    expect(stdout).toMatch(/^!! {2}completions: no image was finished yet, and 1 wait for more than an hour: /m);
    expect(stdout).toMatch(
      /^!! {2}autoenhance: requests wait for another attempt, the latest because it answered 401: /m,
    );
    expect(stdout).toMatch(/^ok {2}key: valid, a partner's/m);
  });
});

it('a time that is far from now has its day, before it as behind it', () => {
  expect([-11 * HOUR, 11 * HOUR].map((ms) => timeText(iso(NOW + ms), NOW))).toEqual([
    expect.stringMatching(/^\d\d:\d\d$/),
    expect.stringMatching(/^\d\d:\d\d$/),
  ]);
  expect([-13 * HOUR, 13 * HOUR].map((ms) => timeText(iso(NOW + ms), NOW))).toEqual([
    expect.stringMatching(/^\w{3},? 2[12] Nov \d\d:\d\d$/),
    expect.stringMatching(/^\w{3},? 2[23] Nov \d\d:\d\d$/),
  ]);
});

it.each([
  [MINUTE - 1, 'now'],
  [MINUTE, '1m'],
  [HOUR, '1h'],
  [48 * HOUR - 1, '47h'],
  [48 * HOUR, '2d'],
])('%i ms are %s', (ms, age) => {
  expect([ageText(iso(NOW - ms), NOW), ageText(iso(NOW + ms), NOW)]).toEqual([age, age]);
});
