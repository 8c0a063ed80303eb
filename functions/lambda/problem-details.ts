import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DependencyUnavailable } from '../core/errors.ts';
import { loggedError } from '../core/logged-error.ts';
import type { Logger } from '../core/ports.ts';
import { type HttpResponse, problem } from './http.ts';

/** Seconds after which a caller may try again when a part of the service is away. */
const RETRY_AFTER_SECONDS = '5';

/**
 * Turns what a handler throws into a response that shows nothing internal; the log has the whole of it.
 * @param whileAway what a caller should know and do when a part of AWS is away
 */
export function problemDetails(
  log: Logger,
  whileAway: (event: APIGatewayProxyEventV2) => string,
): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    onError(request) {
      const { error, event } = request;
      log.error('the request could not be answered', loggedError(error));
      request.response =
        error instanceof DependencyUnavailable
          ? problem(503, `a part of the service is away${whileAway(event)}`, { 'retry-after': RETRY_AFTER_SECONDS })
          : problem(500, 'something went wrong that the request did not cause');
    },
  };
}
