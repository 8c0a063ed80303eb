import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  ApiKeyUnavailable,
  CallNotStarted,
  ConnectionLost,
  DependencyUnavailable,
  EndpointNotReached,
  GatewayFailed,
  InvalidCursor,
  type ProcessError,
  type Reach,
  RefusedForGood,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../functions/core/errors.ts';

const refusal = { status: 400, response: '{}' };
const cause = new Error('the cause');

describe('a call without a 2xx response', () => {
  it.each<[ProcessError, string, Reach, boolean, boolean]>([
    [new EndpointNotReached('why', { cause }), 'endpoint_not_reached', 'not_sent', true, false],
    [new CallNotStarted('why', { cause }), 'call_not_started', 'not_sent', true, false],
    [new ApiKeyUnavailable('why', { cause }), 'api_key_unavailable', 'not_sent', true, true],
    [new ResponseTimedOut('why', { cause }), 'answer_timed_out', 'may_have_acted', true, false],
    [new ConnectionLost('why', { cause }), 'connection_lost', 'may_have_acted', true, false],
    [new GatewayFailed('why', refusal), 'gateway_failed', 'may_have_acted', true, false],
    [new AccountRefused('why', refusal), 'account_refused', 'refused', true, true],
    [new RefusedForNow('why', refusal), 'refused_for_now', 'refused', true, false],
    [new RefusedForGood('why', refusal), 'refused_for_good', 'refused', false, false],
  ])('%s says how far it got, and whether it may succeed later', (error, code, reach, retryable, accountFault) => {
    expect(error).toMatchObject({ message: 'why', code, reach, retryable, accountFault });
    expect(error.constructor.name).toBe(error.name);
    expect(reach === 'refused' || code === 'gateway_failed' ? error.refusal : error.cause).toBe(
      reach === 'refused' || code === 'gateway_failed' ? refusal : cause,
    );
  });
});

it('a part of AWS that cannot be used is named, and may be used later', () => {
  expect(new DependencyUnavailable('ledger', cause)).toMatchObject({
    ...{ code: 'dependency_unavailable', dependency: 'ledger', retryable: true, cause },
    message: 'the ledger could not be used',
  });
});

it('a cursor that is not ours is none later either', () => {
  expect(new InvalidCursor('no')).toMatchObject({ code: 'invalid_cursor', retryable: false });
});
