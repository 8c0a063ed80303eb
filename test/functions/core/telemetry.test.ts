import { describe, expect, it } from 'vitest';
import {
  CallNotStarted,
  ConnectionLost,
  DependencyUnavailable,
  EndpointNotReached,
  type ProcessError,
  RefusedForNow,
} from '../../../functions/core/errors.ts';
import { failure } from '../../../functions/core/outcome/failure.ts';
import type { FailureCode, Outcome } from '../../../functions/core/outcome/outcome.ts';
import type { Claim } from '../../../functions/core/ports.ts';
import type { Source } from '../../../functions/core/request/reprocess-request.ts';
import {
  countOutcome,
  loggedRequest,
  recordCall,
  recordClaim,
  recordError,
  recordOutcome,
} from '../../../functions/core/telemetry.ts';
import { aLedgerItem, aRequest, listeningLogger, listeningMetrics, NOON } from '../../support/fixtures.ts';

/** What is counted, and what is logged with its debug lines. */
function listen() {
  const debugged: unknown[] = [];
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const telemetry = {
    metrics,
    log: { ...log, debug: (_message: string, facts: () => object) => void debugged.push(facts()) },
  };
  return { telemetry, counted: metrics.values, debugged, lines: log.lines };
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const request = aRequest({ requestId: 'sqs:1', imageId: 'house', partner: 'acme', traceparent });
const fields = {
  ...{ request_id: 'sqs:1', image_id: 'house', partner: 'acme', source: 'sqs' },
  trace_id: '0af7651916cd43dd8448eb211c80319c',
};
const item = aLedgerItem({ ...request, state: 'accepted' });

it('each line about a request names it, its image, its partner, its source and its trace', () => {
  expect(loggedRequest(request)).toEqual(fields);
});

describe('a claim', () => {
  it.each<[Source, string]>([
    ['http', 'RequestsHttp'],
    ['sqs', 'RequestsSqs'],
    ['upload', 'RequestsUpload'],
  ])('of a request by %s counts as %s', (source, name) => {
    const { telemetry, counted } = listen();
    recordClaim(telemetry, { ...request, source }, { kind: 'claimed', item });
    expect(counted).toEqual([[name, 1]]);
  });

  it.each<[string, Claim]>([
    ['a later attempt', { kind: 'claimed', item: { ...item, attempts: 2 } }],
    ['one after an attempt that did not count', { kind: 'claimed', item: { ...item, state: 'waiting' } }],
    ['none', { kind: 'not_yet', until: NOON }],
  ])('that is %s is not counted', (_, claim) => {
    const { telemetry, counted } = listen();
    recordClaim(telemetry, request, claim);
    expect(counted).toEqual([]);
  });

  it('is told in detail where debug lines are written', () => {
    const { telemetry, debugged } = listen();
    recordClaim(telemetry, request, { kind: 'claimed', item });
    recordClaim(telemetry, request, { kind: 'not_yet', until: NOON });
    expect(debugged).toEqual([
      { ...fields, claim: 'claimed', attempt: 1, until: undefined },
      { ...fields, claim: 'not_yet', attempt: undefined, until: NOON },
    ]);
  });
});

describe('a call', () => {
  const fine = { response: '{}', warnings: [] };
  const busy = new RefusedForNow('busy', { status: 503, response: '' });

  it.each<[number, typeof fine | ProcessError, boolean, readonly string[]]>([
    [1, fine, false, []],
    [2, fine, false, ['Retries']],
    [2, fine, true, ['Retries', 'DuplicateCalls']],
    [2, new ConnectionLost('lost'), true, ['Retries', 'DuplicateCalls']],
    [2, new EndpointNotReached('no connection'), true, ['Retries']],
    [2, new CallNotStarted('too late'), true, []],
  ])('that is attempt %d, comes to %s, and follows a lost one: %j, counts %j', (attempt, result, earlier, names) => {
    const { telemetry, counted } = listen();
    recordCall(telemetry, request, { attempt, result, durationMs: 7, earlierMayHaveActed: earlier });
    expect(counted.map(([name]) => name)).toEqual(names);
  });

  it('is told in detail where debug lines are written', () => {
    const { telemetry, debugged } = listen();
    for (const result of [fine, busy]) {
      recordCall(telemetry, request, { attempt: 1, result, durationMs: 7, earlierMayHaveActed: false });
    }
    expect(debugged).toEqual([
      { ...fields, attempt: 1, status: 200, error: undefined, duration_ms: 7 },
      { ...fields, attempt: 1, status: 503, error: busy.code, duration_ms: 7 },
    ]);
  });
});

describe('an outcome', () => {
  const facts = { attempts: 2, warnings: [], at: NOON + 5000 };
  const succeeded: Outcome = { kind: 'succeeded', response: '{}', ...facts };
  const failed: Outcome = { kind: 'failed', error: { ...failure('not_found', 'no'), status: 404 }, ...facts };

  it.each<[Outcome, object, readonly string[]]>([
    [succeeded, { outcome: 'succeeded', status: 200 }, ['OutcomeSucceeded']],
    [failed, { outcome: 'not_found', status: 404 }, ['OutcomeFailed', 'OutcomeNotFound']],
  ])('is logged and counted, and how long its request waited', (outcome, said, names) => {
    const { telemetry, counted, lines } = listen();
    recordOutcome(telemetry, request, outcome, 7);
    expect(counted).toEqual([...names.map((name) => [name, 1]), ['WaitingTime', 5000]]);
    const all = { ...fields, ...said, attempt: 2, duration_ms: 7, waiting_ms: 5000 };
    expect(lines).toEqual([{ level: 'info', message: 'the request ended', facts: all }]);
  });

  it('of a request whose clock is ahead has waited no time', () => {
    const { telemetry, counted } = listen();
    recordOutcome(telemetry, { ...request, acceptedAt: NOON + 9000 }, succeeded, undefined);
    expect(counted.at(-1)).toEqual(['WaitingTime', 0]);
  });

  it.each<[FailureCode, string]>([
    ['invalid_request', 'OutcomeInvalidRequest'],
    ['request_id_reused', 'OutcomeRequestIdReused'],
    ['not_found', 'OutcomeNotFound'],
    ['invalid_preferences', 'OutcomeInvalidPreferences'],
    ['refused', 'OutcomeRefused'],
    ['gave_up', 'OutcomeGaveUp'],
    ['expired', 'OutcomeExpired'],
    ['internal', 'OutcomeInternal'],
  ])('that is %s counts as %s', (code, name) => {
    const { telemetry, counted } = listen();
    countOutcome(telemetry.metrics, code, 3);
    expect(counted).toEqual([
      ['OutcomeFailed', 3],
      [name, 3],
    ]);
  });
});

describe('an error that ends a piece of work', () => {
  it.each([
    [new DependencyUnavailable('ledger', new Error('away')), 'ledger', []],
    [new TypeError('a bug'), undefined, [['UnexpectedErrors', 1]]],
    [undefined, undefined, [['UnexpectedErrors', 1]]],
  ])('is logged, and counted if nobody has foreseen it: %s', (error, dependency, expected) => {
    const { telemetry, counted, lines } = listen();
    recordError(telemetry, 'it failed', error, { more: 1 });
    expect(counted).toEqual(expected);
    expect(lines).toMatchObject([{ level: 'error', message: 'it failed', facts: { more: 1, dependency } }]);
    expect(lines[0]?.facts).toHaveProperty('error');
  });
});
