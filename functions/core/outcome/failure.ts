import type { ProcessError, Refusal } from '../errors.ts';
import { firstBytes, isJson } from '../json.ts';
import type { LastError } from '../ports.ts';
import type { FailureCode, OutcomeError } from './outcome.ts';

const TITLES: Readonly<Record<FailureCode, string>> = {
  invalid_request: 'The request could not be understood',
  request_id_reused: 'The request id belongs to another request',
  not_found: 'The endpoint knows no such image',
  invalid_preferences: 'The endpoint refused the preferences',
  refused: 'The endpoint refused the request',
  gave_up: 'Autoenhance did not accept the request in time',
  expired: 'The time for the request had passed when its turn came',
  internal: 'The service failed',
};

// Text that is not JSON may grow sixfold when it is escaped, and the event must fit one message.
const MAX_TEXT_RESPONSE_BYTES = 64 * 1024;

/** A failure without a call. */
export function failure(code: FailureCode, detail: string): OutcomeError {
  return { code, title: TITLES[code], detail };
}

/** A failure of the call, with the endpoint's response if there was one. */
export function callFailure(code: FailureCode, error: ProcessError, mayHaveActed: boolean): OutcomeError {
  return {
    ...failure(code, error.message),
    ...(error.refusal && { status: error.refusal.status, endpoint: responseOf(error.refusal) }),
    ...(mayHaveActed && { mayHaveActed }),
  };
}

export function lastErrorOf(error: ProcessError): LastError {
  return { code: error.code, detail: error.message, ...(error.refusal && { status: error.refusal.status }) };
}

function responseOf({ response }: Refusal): string {
  return isJson(response) ? response : firstBytes(response, MAX_TEXT_RESPONSE_BYTES);
}
