import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Telemetry } from '../core/telemetry.ts';
import { conditionalGet } from './conditional-get.ts';
import { currentInvocation, type Invocation } from './current-invocation.ts';
import type { HttpResponse } from './http.ts';
import { type Authentication, type PartnerEvent, partnerAuthentication } from './partner-authentication.ts';
import { type PartnerLimitsParts, partnerLimits } from './partner-limits.ts';
import type { RouteOf } from './paths.ts';
import { problemDetails } from './problem-details.ts';
import { unknownInput } from './unknown-input.ts';

export interface PartnerMiddlewareParts extends Telemetry, PartnerLimitsParts {
  readonly authentication: Authentication;
}

export interface PartnerMiddlewareOptions {
  readonly invocation: Invocation;
  readonly routeOf: RouteOf;
  /** What the caller should do when a part of AWS is unavailable. */
  readonly retryAdvice: (event: APIGatewayProxyEventV2) => string;
}

/** What all functions that partners call have in common: who calls, what they may ask for, and the responses to errors. */
export function partnerMiddleware(
  parts: PartnerMiddlewareParts,
  { invocation, routeOf, retryAdvice }: PartnerMiddlewareOptions,
): MiddlewareObj<PartnerEvent, HttpResponse>[] {
  return [
    currentInvocation(invocation),
    problemDetails(parts, retryAdvice),
    conditionalGet(),
    partnerAuthentication({ ...parts.authentication, routeOf }),
    partnerLimits(parts),
    unknownInput(routeOf),
  ];
}
