import type { Batch } from '../core/batch/batch.ts';
import type { Controlled } from '../core/batch/change-control.ts';
import { type LeftOutLine, MAX_RETRIED } from '../core/batch/creating/retry-batch.ts';
import type { BatchPage } from '../core/batch/ports.ts';
import type { LinePage } from '../core/batch/results/line-pages.ts';
import type { LineRow } from '../core/batch/results/line-row.ts';
import type { BatchView } from '../core/batch/viewing/view-batch.ts';
import { isoTimeIfAny } from '../core/outcome/encode-result.ts';
import { encodeBatch, encodeBatchSummary } from '../lambda/batch-json.ts';
import { encodeLeftOut } from '../lambda/batch-responses.ts';
import { type HttpResponse, jsonResponse, problem, textResponse } from '../lambda/http.ts';

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

export function linesResponse({ rows, cursor }: LinePage): HttpResponse {
  return jsonResponse(200, { requests: rows.map(encodeRow), next_cursor: cursor });
}

function encodeRow({ line, imageId, requestId, state, code, reason, attempts, startedAt, finishedAt }: LineRow) {
  return {
    line,
    image_id: imageId,
    request_id: requestId,
    state,
    code,
    reason,
    attempts,
    started_at: isoTimeIfAny(startedAt),
    finished_at: isoTimeIfAny(finishedAt),
  };
}

export function runningResponse({ batchId }: Batch): HttpResponse {
  const detail = 'some lines of the batch have not ended: its failed lines can be sent again when all have';
  return problem(409, detail, {}, { code: 'batch_running', batch_id: batchId });
}

export function nothingToRetryResponse(leftOut: readonly LeftOutLine[]): HttpResponse {
  const detail =
    leftOut.length === 0
      ? 'no line of the batch failed: there is nothing to send again'
      : 'every failed line has a newer request of its image: there is nothing to send again';
  return problem(409, detail, {}, { code: 'nothing_to_retry', ...encodeLeftOut(leftOut) });
}

export function tooManyToRetryResponse(): HttpResponse {
  const detail = `more than ${MAX_RETRIED} lines failed, which one call cannot send again: take the failed rows of /results, without the columns from request_id on, and hand them over as a new batch`;
  return problem(409, detail, {}, { code: 'too_many_failed' });
}

export function uncheckedResponse(): HttpResponse {
  return problem(409, 'the batch is still being checked, and has no results: ask again', { 'retry-after': '5' });
}

export function tooLongResponse(): HttpResponse {
  const detail =
    'the results are too long for a response while the batch runs: read its lines by GET …/requests, or ask again when it has ended';
  return problem(409, detail, {}, { code: 'results_too_long' });
}

export function fileGoneResponse(why: string): HttpResponse {
  return problem(410, `the batch’s request file cannot be read any more: ${why}`);
}

/** To the results file in the bucket. The URL is for whoever has it: it must not be stored. */
export function redirectResponse(location: string): HttpResponse {
  return { statusCode: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

export function inlineResultsResponse(text: string, contentType: string, fileName: string): HttpResponse {
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
  return textResponse(200, text, { 'content-type': contentType, 'content-disposition': disposition });
}
