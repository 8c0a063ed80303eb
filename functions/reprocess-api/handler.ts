import { mayOperate, maySee, ownerOf } from '../core/access.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Ledger, LedgerItem, Limits } from '../core/ports.ts';
import type { AcceptRequest } from '../core/request/accept-request.ts';
import { fingerprintOf, httpRequestId, namespaceOf, type ReprocessRequest } from '../core/request/reprocess-request.ts';
import type { ListOfImage, RequestLists } from '../core/request/request-lists.ts';
import type { RetryRequest } from '../core/request/retry-request.ts';
import { traceparentOf } from '../core/trace.ts';
import { createHttpHandler, type HttpResponse, unknownRouteResponse } from '../lambda/http.ts';
import { shownOwners } from '../lambda/owners.ts';
import { parsePage } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type AccountParts, createAccount } from './account.ts';
import { type ProcessInput, parsePageInput, parsePauseInput, parseProcessInput, parseRequestFilter } from './event.ts';
import { createHealth, type HealthParts } from './health.ts';
import {
  acceptedResponse,
  badRequestResponse,
  healthResponse,
  listResponse,
  requestResponse,
  retryResponse,
  unknownRequestResponse,
} from './responses.ts';
import { KNOWN_ROUTES, routeOf } from './routes.ts';

export interface ApiParts extends AccountParts, HealthParts {
  readonly acceptRequest: AcceptRequest;
  readonly retryRequest: RetryRequest;
  readonly ledger: Pick<Ledger, 'find'>;
  readonly lists: RequestLists;
  readonly listOfImage: ListOfImage;
  /** All owners, for an operator's list; undefined stands for the operator. */
  readonly owners: () => Promise<readonly (string | undefined)[]>;
  readonly clock: Clock;
  readonly randomId: () => string;
  /** X-Ray's trace header of the invocation. */
  readonly traceHeader?: () => string | undefined;
}

/** The HTTP API for partners: queues requests and shows their outcomes. Never calls the endpoint. */
export function createApiHandler(parts: ApiParts) {
  const { acceptRequest, retryRequest, ledger, lists, listOfImage, owners, clock, randomId, traceHeader } = parts;
  const account = createAccount(parts);
  const showHealth = createHealth(parts);

  async function route(event: PartnerEvent, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const partner = event.partner ?? NO_PARTNER;
    const found = routeOf(event);
    switch (found?.name) {
      case 'process':
        return process(parseProcessInput(event, found.id), partner, limits);
      case 'read_request':
        return read(found.id, partner, limits);
      case 'list_requests':
        return listAll(event, partner, limits);
      case 'retry_request':
        return retry(found.id, partner, limits);
      case 'list_image':
        return list(event, found.id, partner, limits);
      case 'read_budget':
        return account.show(limits);
      case 'read_health':
        return showHealth(partner, limits);
      case 'pause':
        return account.pause(partner, parsePauseInput(event, clock.now()), limits);
      case 'resume':
        return account.resume(partner, limits);
      case 'health':
        return healthResponse();
      case undefined:
        return unknownRouteResponse(method, path, KNOWN_ROUTES);
    }
  }

  async function process(input: ProcessInput, partner: Partner, limits: Limits): Promise<HttpResponse> {
    const { prefer, idempotencyKey } = input;
    // While the account is paused, no outcome comes soon.
    const waitsFor = await account.pauseIfKnown(limits);
    const waitMs = waitsFor === undefined ? prefer.waitMs : 0;
    const accepted = await acceptRequest(requestOf(input, partner), waitMs, limits);
    const isEarly = accepted.kind === 'under_way' && (accepted.isEarly === true || waitMs < prefer.waitMs);
    return acceptedResponse(accepted, {
      applied: isEarly ? [] : prefer.applied,
      ...(accepted.kind === 'under_way' && (await account.advice(waitsFor, limits))),
      failsLate: partner.onTimeout === 504 && !prefer.isAsync,
      isIdempotent: idempotencyKey !== undefined,
    });
  }

  function requestOf(
    { imageId, preferences, idempotencyKey, notAfter, apiVersion, traceparent }: ProcessInput,
    caller: Partner,
  ): ReprocessRequest {
    const requestId = httpRequestId(caller.name, idempotencyKey ?? randomId());
    const owner = ownerOf(caller);
    return {
      requestId,
      imageId,
      preferences,
      fingerprint: fingerprintOf(imageId, preferences, apiVersion),
      source: 'http',
      ...(owner !== undefined && { partner: owner }),
      acceptedAt: clock.now(),
      traceparent: traceparentOf({ traceparent, traceHeader: traceHeader?.() }, requestId),
      ...(notAfter !== undefined && { notAfter }),
      ...(apiVersion !== undefined && { apiVersion }),
    };
  }

  /** Another partner's request is as one that does not exist. */
  async function find(requestId: string, caller: Partner, limits: Limits): Promise<LedgerItem | undefined> {
    // The ledger has other items too, for example the progress of uploaded files.
    const isRequestId = requestId.length <= MAX_ID_CHARACTERS && namespaceOf(requestId) !== undefined;
    const item = isRequestId ? await ledger.find(requestId, limits) : undefined;
    return item !== undefined && maySee(caller, item.partner) ? item : undefined;
  }

  async function read(requestId: string, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const item = await find(requestId, caller, limits);
    if (item === undefined) return unknownRequestResponse();
    return requestResponse(item, await account.waitsFor(item, limits));
  }

  async function retry(requestId: string, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const item = await find(requestId, caller, limits);
    return item === undefined ? unknownRequestResponse() : retryResponse(await retryRequest(item, limits));
  }

  async function listAll(event: PartnerEvent, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const filter = { owners: await shownOwners(event, caller, owners), ...parseRequestFilter(event) };
    return listResponse(await lists.list(filter, parsePage(event), limits));
  }

  async function list(event: PartnerEvent, id: string, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const { imageId, ...page } = parsePageInput(event, id);
    if (!mayOperate(caller)) return listResponse(await listOfImage(caller.name, imageId, page, limits));
    return listResponse(await lists.list({ owners: await owners(), imageId }, page, limits));
  }

  return createHttpHandler(clock, route, badRequestResponse);
}

/** For routes without a key: the health check and unknown routes. */
const NO_PARTNER: Partner = { name: '' };

/** Longer than any id of ours, and shorter than DynamoDB's longest key (2,048 bytes). */
const MAX_ID_CHARACTERS = 200;
