import type { FactOf } from '../facts.ts';
import type { HttpSubmission } from '../scenario/submission.ts';
import { expectedRefusals } from './batch-files.ts';
import type { CaseFile } from './case-file.ts';
import { contentOf } from './content.ts';
import { isOutcome } from './events.ts';
import type { Pad } from './finding.ts';
import { httpId } from './request-ids.ts';

/** Every request that was taken has exactly one distinct outcome, and every event is somebody's outcome. */
export function checkOutcomes(file: CaseFile, pad: Pad): void {
  const refusals = expectedRefusals(file);
  const expected = new Set([...file.messages.flatMap(({ eventIds }) => eventIds), ...refusals.allowed]);
  for (const { messageId, eventIds, requestId, at } of file.messages) {
    const came = eventIds.filter((id) => file.published.has(id));
    if (came.length === 0) pad.breach('lost', at, `message ${messageId} (${requestId}) has no outcome`);
    if (came.length !== 1)
      pad.breach('outcomes', at, `message ${messageId} (${requestId}) has ${came.length} outcomes`);
  }
  for (const { text, oneOf } of refusals.wanted) {
    const came = oneOf.filter((id) => file.published.has(id));
    if (came.length !== 1) pad.breach('outcomes', file.scenario.start, `${text} has ${came.length} outcomes`);
  }
  for (const event of file.of('published')) {
    const { eventId, at, body, isNew } = event;
    // The end of an image is told under one id, whoever saw it, with what they saw of it.
    if (!isOutcome(event)) continue;
    if (!expected.has(eventId)) pad.breach('unknown_event', at, eventId);
    const first = file.published.get(eventId);
    if (first?.at === at) continue;
    pad.note('repeated_event', at, `${eventId}${isNew ? '' : ', which the queue had within 5 minutes'}`);
    if (first?.body !== body) pad.breach('changed_event', at, eventId);
  }
}

/** An outcome that was published is in the order of the messages of its group. */
export function checkOrderOfOutcomes({ messages, published }: CaseFile, pad: Pad): void {
  for (const [groupId, group] of Map.groupBy(messages, (message) => message.groupId)) {
    const ids = new Set(group.filter(({ isAstray }) => !isAstray).flatMap(({ eventIds }) => eventIds));
    const inOrder = [...ids].flatMap((id) => published.get(id) ?? []);
    for (const [index, event] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (next === undefined || next.at >= event.at) continue;
      pad.breach('outcome_order', next.at, `in ${groupId} ${next.eventId} came before ${event.eventId}`);
    }
  }
}

/** Which status tells of which failure: docs/messages.md. The others are the endpoint's own. */
const STATUSES: Readonly<Record<string, number>> = {
  not_found: 404,
  invalid_preferences: 422,
  refused: 403,
  expired: 410,
  gave_up: 502,
  internal: 500,
};
const LONGEST_RETRY_AFTER_SECONDS = 24 * 60 * 60;

/** The response to a partner agrees with what became of the request, and nobody is turned away without a reason. */
export function checkResponses(file: CaseFile, pad: Pad): void {
  const queued = new Set(file.messages.map(({ requestId }) => requestId));
  const submissions = new Map(file.scenario.submissions.map((one) => [one.ref, one]));
  for (const response of file.of('http_response')) {
    const { at, ref, status, requestId, retryAfter } = response;
    const submission = submissions.get(ref) as HttpSubmission;
    const isTaken = status === 200 || status === 202;
    if (isTaken && requestId === undefined) pad.breach('contradiction', at, `${ref}: ${status} without a request id`);
    if (retryAfter !== undefined && !isSeconds(retryAfter)) {
      pad.breach('contradiction', at, `${ref}: Retry-After ${retryAfter}`);
    }
    if (requestId === undefined) checkRefusal(response, submission, file, pad);
    else checkTaken({ ...response, requestId }, submission, queued, file, pad);
  }
}

function isSeconds(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= LONGEST_RETRY_AFTER_SECONDS;
}

/** Why a call was not taken: another request under its key, or something that really failed. */
function checkRefusal(response: FactOf<'http_response'>, submission: HttpSubmission, file: CaseFile, pad: Pad): void {
  const { at, ref, status, invocation, ownFailure } = response;
  // Whether a limit was reached is checkAllowances' question.
  const isExplained =
    status === 429 ||
    (status === 409 && hasUsedKey(submission, at, file)) ||
    (status === 503 && (file.isDisturbed(invocation) || file.wasHeldUp(invocation))) ||
    (status === 500 && ownFailure && file.crashOf(invocation) !== undefined);
  if (!isExplained && status !== 200 && status !== 202) pad.breach('turned_away', at, `${ref}: ${status}`);
}

/** Whether its partner has used its key for something else by then. */
function hasUsedKey(
  { partner, idempotencyKey, imageId, preferences }: HttpSubmission,
  by: number,
  file: CaseFile,
): boolean {
  if (idempotencyKey === undefined) return false;
  const content = contentOf(imageId, JSON.stringify(preferences));
  return file.scenario.submissions.some(
    (other) =>
      other.entryPoint === 'http' &&
      other.partner === partner &&
      other.idempotencyKey === idempotencyKey &&
      file.scenario.start + other.at <= by &&
      contentOf(other.imageId, JSON.stringify(other.preferences)) !== content,
  );
}

function checkTaken(
  { at, ref, status, requestId }: FactOf<'http_response'> & { readonly requestId: string },
  { idempotencyKey, partner, imageId, preferences }: HttpSubmission,
  queued: ReadonlySet<string>,
  file: CaseFile,
  pad: Pad,
): void {
  if (!queued.has(requestId))
    pad.breach('lost', at, `${ref} was answered ${status}, and ${requestId} was never queued`);
  const ended = file.outcomes.get(requestId);
  const code = ended?.kind === 'failed' ? ended.error.code : ended?.kind;
  const isRight = status === 202 || (status === 200 ? code === 'succeeded' : status === STATUSES[code ?? '']);
  if (!isRight) pad.breach('contradiction', at, `${ref}: ${status}, and it ended as ${code}`);
  if (idempotencyKey !== undefined && requestId !== httpId(partner, idempotencyKey)) {
    pad.breach('contradiction', at, `${ref}: answered with the id of another request, ${requestId}`);
  }
  const content = contentOf(imageId, JSON.stringify(preferences));
  const other = file.messages.find((message) => message.requestId === requestId && message.content !== content);
  if (other !== undefined) pad.breach('contradiction', at, `${ref}: what was queued for it has other content`);
}
