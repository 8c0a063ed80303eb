import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DependencyUnavailable } from '../core/errors.ts';
import { LimitReached } from '../core/partner-limits.ts';
import { recordError, type Telemetry } from '../core/telemetry.ts';
import { type HttpResponse, problem } from './http.ts';
import { limitResponse } from './partner-limits.ts';

/** Seconds after which a caller may retry when a part of AWS is unavailable. */
const RETRY_AFTER_SECONDS = '5';

/**
 * Turns a handler's errors into responses without internal details. The log has the whole error.
 * @param retryAdvice what the caller should do when a part of AWS is unavailable
 */
export function problemDetails(
  telemetry: Telemetry,
  retryAdvice: (event: APIGatewayProxyEventV2) => string,
): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    onError(request) {
      const { error, event } = request;
      if (error instanceof LimitReached) {
        request.response = limitResponse(error);
        return;
      }
      recordError(telemetry, 'the HTTP request failed', error);
      // The handler has ended, and what it counts was flushed before.
      telemetry.metrics.flush();
      request.response =
        error instanceof DependencyUnavailable
          ? problem(503, `a part of the service is unavailable${retryAdvice(event)}`, {
              'retry-after': RETRY_AFTER_SECONDS,
            })
          : problem(500, 'the service failed, and the request is not the cause');
    },
  };
}
