import type { Context } from 'aws-lambda';
import { InvalidCursor } from '../core/errors.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Ledger, Limits } from '../core/ports.ts';
import type { AcceptRequest } from '../core/request/accept-request.ts';
import { fingerprintOf, httpRequestId, namespaceOf, type ReprocessRequest } from '../core/request/reprocess-request.ts';
import { traceparentOf } from '../core/trace.ts';
import { type HttpResponse, inTime, problem } from '../lambda/http.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type AccountParts, createAccount } from './account.ts';
import { BadRequest } from './bad-request.ts';
import { type ProcessInput, parsePageInput, parsePauseInput, parseProcessInput } from './event.ts';
import {
  acceptedResponse,
  badRequestResponse,
  healthResponse,
  listResponse,
  requestResponse,
  unknownRequestResponse,
  unknownRouteResponse,
} from './responses.ts';
import { routeOf } from './routes.ts';

export interface ApiParts extends AccountParts {
  readonly acceptRequest: AcceptRequest;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly randomId: () => string;
  /** X-Ray's trace header of the invocation. */
  readonly traceHeader?: () => string | undefined;
}

/** The HTTP API for partners: queues requests and shows their outcomes. Never calls the endpoint. */
export function createApiHandler({ acceptRequest, ledger, randomId, traceHeader, ...parts }: ApiParts) {
  const { clock } = parts;
  const account = createAccount(parts);

  async function route(event: PartnerEvent, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const partner = event.partner ?? NO_PARTNER;
    const found = routeOf(event);
    switch (found?.name) {
      case 'process':
        return process(parseProcessInput(event, found.id), partner, limits);
      case 'read_request':
        return read(found.id, partner.name, limits);
      case 'list_requests':
        return list(event, found.id, partner.name, limits);
      case 'read_budget':
        return account.show(limits);
      case 'pause':
        return account.pause(partner, parsePauseInput(event, clock.now()), limits);
      case 'resume':
        return account.resume(partner, limits);
      case 'health':
        return healthResponse();
      case undefined:
        return unknownRouteResponse(method, path);
    }
  }

  async function process(input: ProcessInput, partner: Partner, limits: Limits): Promise<HttpResponse> {
    const { prefer, idempotencyKey } = input;
    // While the account is paused, no outcome comes soon.
    const waitsFor = await account.pauseIfKnown(limits);
    const waitMs = waitsFor === undefined ? prefer.waitMs : 0;
    const accepted = await acceptRequest(requestOf(input, partner.name), waitMs, limits);
    const isEarly = accepted.kind === 'under_way' && (accepted.isEarly === true || waitMs < prefer.waitMs);
    return acceptedResponse(accepted, {
      applied: isEarly ? [] : prefer.applied,
      ...(waitsFor && { waitsFor, retryAfter: account.retryAfter(waitsFor) }),
      failsLate: partner.onTimeout === 504 && !prefer.isAsync,
      isIdempotent: idempotencyKey !== undefined,
    });
  }

  function requestOf(
    { imageId, preferences, idempotencyKey, notAfter, apiVersion, traceparent }: ProcessInput,
    partner: string,
  ): ReprocessRequest {
    const requestId = httpRequestId(partner, idempotencyKey ?? randomId());
    return {
      requestId,
      imageId,
      preferences,
      fingerprint: fingerprintOf(imageId, preferences, apiVersion),
      source: 'http',
      partner,
      acceptedAt: clock.now(),
      traceparent: traceparentOf({ traceparent, traceHeader: traceHeader?.() }, requestId),
      ...(notAfter !== undefined && { notAfter }),
      ...(apiVersion !== undefined && { apiVersion }),
    };
  }

  async function read(requestId: string, partner: string, limits: Limits): Promise<HttpResponse> {
    // The ledger has other items too, for example the progress of uploaded files.
    const isRequestId = requestId.length <= MAX_ID_CHARACTERS && namespaceOf(requestId) !== undefined;
    const item = isRequestId ? await ledger.find(requestId, limits) : undefined;
    return item === undefined || item.partner !== partner
      ? unknownRequestResponse()
      : requestResponse(item, await account.waitsFor(item, limits));
  }

  async function list(event: PartnerEvent, id: string, partner: string, limits: Limits): Promise<HttpResponse> {
    const { imageId, ...page } = parsePageInput(event, id);
    return listResponse(await ledger.list(partner, imageId, page, limits));
  }

  return async (event: PartnerEvent, context: Context, { signal }: { signal: AbortSignal }): Promise<HttpResponse> => {
    try {
      return await inTime(context, clock, signal, (limits) => route(event, limits));
    } catch (error) {
      if (error instanceof BadRequest) return badRequestResponse(error);
      if (error instanceof InvalidCursor) return problem(400, error.message);
      throw error;
    }
  };
}

/** For routes without a key: the health check and unknown routes. */
const NO_PARTNER: Partner = { name: '' };

/** Longer than any id of ours, and shorter than DynamoDB's longest key (2,048 bytes). */
const MAX_ID_CHARACTERS = 200;
