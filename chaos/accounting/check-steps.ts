import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';

/** Record, publish, acknowledge: none of them before the one before it; and nothing once an invocation is over. */
export function checkSteps(file: CaseFile, pad: Pad): void {
  const owners = new Set(file.messages.filter(({ isOwner }) => isOwner).map(({ requestId }) => requestId));
  for (const { eventId, at } of file.published.values()) {
    const requestId = eventId.replace(/\.(succeeded|failed)$/, '');
    const recordedAt = file.recorded.get(requestId)?.at ?? Number.POSITIVE_INFINITY;
    if (owners.has(requestId) && recordedAt > at) pad.breach('not_recorded', at, eventId);
  }
  for (const { messageId, at } of file.of('deleted')) {
    const { eventIds = [], requestId = '', isOwner } = file.messagesById.get(messageId) ?? {};
    const isPublished = eventIds.some((id) => (file.published.get(id)?.at ?? Number.POSITIVE_INFINITY) <= at);
    const isRecorded = !isOwner || (file.recorded.get(requestId)?.at ?? Number.POSITIVE_INFINITY) <= at;
    if (!isPublished || !isRecorded) pad.breach('deleted_early', at, `message ${messageId} (${requestId})`);
  }
  for (const { at, invocation, what } of file.of('began_too_late')) {
    // A secret is read for the container, whichever invocation asks first.
    if (!what.startsWith('GetSecretValue')) pad.breach('over', at, `invocation ${invocation}: ${what}`);
  }
  for (const { at, what } of file.of('malformed')) pad.breach('malformed', at, what);
  for (const { at, messageId, count } of file.of('dead_lettered')) {
    pad.breach('dead_letter', at, `message ${messageId}, after ${count} receives`);
  }
}
