import type { Batch } from '../core/batch/batch.ts';
import type { Controlled } from '../core/batch/change-control.ts';
import type { BatchPage } from '../core/batch/ports.ts';
import { type BatchView, encodeBatch, encodeBatchSummary } from '../lambda/batch-json.ts';
import { type HttpResponse, jsonResponse, problem } from '../lambda/http.ts';
import { KNOWN_ROUTES } from './routes.ts';

export function batchResponse(batch: Batch, view: BatchView): HttpResponse {
  return jsonResponse(200, encodeBatch(batch, view));
}

export function listResponse({ batches, cursor }: BatchPage): HttpResponse {
  return jsonResponse(200, { batches: batches.map(encodeBatchSummary), next_cursor: cursor });
}

export function controlledResponse(controlled: Controlled, view: BatchView): HttpResponse {
  const { kind, batch } = controlled;
  const encoded = encodeBatch(batch, view);
  if (kind === 'impossible') return problem(409, controlled.why, {}, { batch_id: batch.batchId, state: encoded.state });
  return jsonResponse(200, { ...encoded, note: controlled.note });
}

export function unknownBatchResponse(): HttpResponse {
  return problem(404, 'you have no batch with this id');
}

export function unknownRouteResponse(method: string, path: string): HttpResponse {
  return problem(404, `there is no ${method} ${path.slice(0, 200)}; there are ${KNOWN_ROUTES}`);
}
