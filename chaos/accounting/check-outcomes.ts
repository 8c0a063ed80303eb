import { httpRequestId } from '../../functions/core/request/reprocess-request.ts';
import { type HttpSubmission, PARTNER } from '../scenario/submission.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import { contentOf } from './messages.ts';

/** Every request that was taken has exactly one distinct outcome, and every event is somebody's outcome. */
export function checkOutcomes(file: CaseFile, pad: Pad): void {
  const expected = new Set(file.messages.flatMap(({ eventIds }) => eventIds));
  for (const { messageId, eventIds, requestId, at } of file.messages) {
    const came = eventIds.filter((id) => file.published.has(id));
    if (came.length === 0) pad.breach('lost', at, `message ${messageId} (${requestId}) has no outcome`);
    if (came.length !== 1)
      pad.breach('outcomes', at, `message ${messageId} (${requestId}) has ${came.length} outcomes`);
  }
  for (const { eventId, at, body, isNew } of file.of('published')) {
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

/** The response to a partner agrees with what became of the request. */
export function checkResponses(file: CaseFile, pad: Pad): void {
  const queued = new Set(file.messages.map(({ requestId }) => requestId));
  const submissions = new Map(file.scenario.submissions.map((one) => [one.ref, one]));
  for (const { at, ref, status, requestId } of file.of('http_response')) {
    const { idempotencyKey, imageId, preferences } = submissions.get(ref) as HttpSubmission;
    const isTaken = status === 200 || status === 202;
    if (isTaken && requestId === undefined) pad.breach('contradiction', at, `${ref}: ${status} without a request id`);
    if (requestId === undefined) continue;
    if (!queued.has(requestId))
      pad.breach('lost', at, `${ref} was answered ${status}, and ${requestId} was never queued`);
    const ended = file.outcomes.get(requestId);
    if (isTaken && status === 200 && ended?.kind !== 'succeeded')
      pad.breach('contradiction', at, `${ref}: 200, and it failed`);
    if (!isTaken && ended?.kind !== 'failed') pad.breach('contradiction', at, `${ref}: ${status}, and it did not fail`);
    if (idempotencyKey !== undefined && requestId !== httpRequestId(PARTNER.name, idempotencyKey)) {
      pad.breach('contradiction', at, `${ref}: answered with the id of another request, ${requestId}`);
    }
    const content = contentOf(imageId, JSON.stringify(preferences));
    const other = file.messages.find((message) => message.requestId === requestId && message.content !== content);
    if (other !== undefined) pad.breach('contradiction', at, `${ref}: what was queued for it has other content`);
  }
}
