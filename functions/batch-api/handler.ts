import { maySee } from '../core/access.ts';
import type { Batch } from '../core/batch/batch.ts';
import { type ControlAction, createChangeControl } from '../core/batch/change-control.ts';
import type { RequestFiles, ResultFiles } from '../core/batch/creating/request-files.ts';
import type { BatchLedger } from '../core/batch/ports.ts';
import { createListBatches } from '../core/batch/viewing/list-batches.ts';
import { type WakeFeederParts, wakeFeeder } from '../core/batch/wake-feeder.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { createHttpHandler, type HttpResponse, unknownRouteResponse } from '../lambda/http.ts';
import { shownOwners } from '../lambda/owners.ts';
import { parsePage } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type CreateRouteParts, createCreateRoute } from './create.ts';
import { parseState } from './event.ts';
import { createLineRoutes, type LineRoutesParts } from './lines.ts';
import { batchResponse, controlledResponse, listResponse, unknownBatchResponse } from './responses.ts';
import { KNOWN_ROUTES, routeOf } from './routes.ts';

export interface BatchApiParts extends CreateRouteParts, LineRoutesParts, WakeFeederParts {
  readonly batches: BatchLedger;
  readonly files: RequestFiles & ResultFiles;
  /** All owners, for an operator's list; undefined stands for the operator. */
  readonly owners: () => Promise<readonly (string | undefined)[]>;
  readonly clock: Clock;
}

/** The HTTP API for batches: takes, shows and steers them. The feeder sends their lines. */
export function createBatchApiHandler(parts: BatchApiParts) {
  const { batches, viewBatch, owners, clock } = parts;
  const create = createCreateRoute(parts);
  const lines = createLineRoutes(parts);
  const listBatches = createListBatches(batches);
  const changeControl = createChangeControl(batches);

  async function route(event: PartnerEvent, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const { partner: caller } = event;
    const found = routeOf(event);
    if (found === undefined || caller === undefined) return unknownRouteResponse(method, path, KNOWN_ROUTES);
    if (found.name === 'create') return create(event, caller, limits);
    if (found.name === 'list') return list(event, caller, limits);
    const batch = await findOwn(found.id, caller, limits);
    if (batch === undefined) return unknownBatchResponse();
    switch (found.name) {
      case 'read':
        return batchResponse(batch, await viewBatch(batch, limits));
      case 'lines':
        return lines.page(event, batch, limits);
      case 'results':
        return lines.results(batch, limits);
      case 'retry':
        return lines.retry(batch, limits);
      default:
        return control(batch, found.name, limits);
    }
  }

  async function list(event: PartnerEvent, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const filter = { owners: await shownOwners(event, caller, owners), ...parseState(event) };
    return listResponse(await listBatches(filter, parsePage(event), limits));
  }

  /** Another partner's batch is as one that does not exist. */
  async function findOwn(batchId: string, caller: Partner, limits: Limits): Promise<Batch | undefined> {
    const batch = BATCH_ID.test(batchId) ? await batches.find(batchId, limits) : undefined;
    return batch !== undefined && maySee(caller, batch.partner) ? batch : undefined;
  }

  async function control(batch: Batch, action: ControlAction, limits: Limits): Promise<HttpResponse> {
    const controlled = await changeControl(batch, action, limits);
    // A cancelled batch ends, and a resumed one goes on, within a minute in any case.
    if (controlled.kind === 'done') await wakeFeeder(parts, batch.batchId, limits);
    return controlledResponse(controlled, await viewBatch(controlled.batch, limits));
  }

  return createHttpHandler(clock, route);
}

const BATCH_ID = /^b_[0-9a-f]{32}$/;
