import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DependencyUnavailable } from '../core/errors.ts';
import { loggedError } from '../core/logged-error.ts';
import type { Logger } from '../core/ports.ts';
import { type HttpResponse, problem } from './http.ts';

/** Seconds after which a caller may try again when a part of the service is away. */
const RETRY_AFTER_SECONDS = 5;

/** Turns what a handler throws into a response that shows nothing internal; the log has the whole of it. */
export function problemDetails(log: Logger): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    onError(request) {
      const { error } = request;
      log.error('the request could not be answered', loggedError(error));
      request.response = answerTo(error);
    },
  };
}

function answerTo(error: unknown): HttpResponse {
  if (error instanceof DependencyUnavailable) {
    const detail =
      'a part of the service is away, and the request is not known to be queued: send it again, with the same Idempotency-Key if it has one';
    return problem(503, detail, { 'retry-after': String(RETRY_AFTER_SECONDS) });
  }
  return problem(500, 'something went wrong that the request did not cause');
}
