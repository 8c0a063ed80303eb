import type { BatchCheck } from '../core/batch/batch.ts';
import type { CreatedBatch } from '../core/batch/creating/create-batch.ts';
import type { LeftOutImage } from '../core/batch/creating/order.ts';
import type { Pace } from '../core/batch/viewing/pace.ts';
import type { ViewBatch } from '../core/batch/viewing/view-batch.ts';
import type { Limits } from '../core/ports.ts';
import { encodeBatch, encodeCheck, encodePace } from './batch-json.ts';
import { type HttpResponse, jsonResponse, problem } from './http.ts';

const REPEATED =
  'the same was handed over before as this batch, and nothing new is sent: to send it once more, give it another name or another Idempotency-Key';
const REUSED =
  'idempotency key reused: Idempotency-Key was used before for a batch with other content; give every batch its own key';

/** The response to a batch that was handed over. @param more further members. @throws DependencyUnavailable */
export async function createdResponse(
  created: CreatedBatch,
  viewBatch: ViewBatch,
  limits: Limits,
  more: object = {},
): Promise<HttpResponse> {
  if (created.kind === 'reused') return problem(422, REUSED, {}, { code: 'idempotency_key_reused' });
  if (created.kind === 'refused') return refusedResponse(created.check, more);
  const { kind, batch } = created;
  const view = await viewBatch(batch, limits);
  const pace = kind === 'created' ? (created.pace ?? view.pace) : view.pace;
  const note = kind === 'repeated' ? { note: REPEATED } : {};
  const headers = { location: `/v3/batches/${batch.batchId}` };
  return jsonResponse(
    kind === 'created' ? 202 : 200,
    { ...encodeBatch(batch, { ...view, pace }), ...more, ...note },
    headers,
  );
}

function refusedResponse(check: BatchCheck, more: object): HttpResponse {
  const { total, rejected } = check;
  const detail = `nothing of the batch can be sent: ${check.refusal}`;
  const found = { total, rejected, problems: check.problems, warnings: check.warnings, check: encodeCheck(check) };
  return problem(422, detail, {}, { code: 'batch_refused', ...found, ...more });
}

/** The response to a dry run: what would become of the batch. */
export function checkedResponse(check: BatchCheck, pace: Pace | undefined, more: object = {}): HttpResponse {
  const { total, rejected, problems, warnings, refusal } = check;
  return jsonResponse(200, {
    dry_run: true,
    would_be_sent: refusal === undefined,
    refusal,
    counts: { total, rejected, accepted: total - rejected },
    problems,
    warnings,
    check: encodeCheck(check),
    pace: pace && encodePace(pace),
    expected_end: pace === undefined || pace.expectedEnd === null ? null : encodePace(pace).expected_end,
    ...more,
  });
}

/** What is shown of what is left out. */
const SHOWN_LEFT_OUT = 100;

/** What of an order, or of the failed lines of a batch, is no part of a new batch, as members of a response. */
export function encodeLeftOut<LeftOut extends LeftOutImage & { readonly line?: number }>(leftOut: readonly LeftOut[]) {
  const shown = leftOut
    .slice(0, SHOWN_LEFT_OUT)
    .map(({ line, imageId, reason }) => ({ line, image_id: imageId, reason }));
  return { left_out: shown, left_out_count: leftOut.length };
}
