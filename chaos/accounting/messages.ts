import type { Fact, FactOf } from '../facts.ts';
import type { SqsSubmission, Submission } from '../scenario/submission.ts';
import { contentOf } from './content.ts';
import { sqsId, sqsMessageId } from './request-ids.ts';

/** A message that entered the queue, and the outcome that its sender may expect. */
export interface Message {
  readonly messageId: string;
  /** In the name of which it was accepted. */
  readonly requestId: string;
  readonly imageId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly at: number;
  /** Image and preferences in one text. */
  readonly content: string;
  /** Of these events exactly one must come. */
  readonly eventIds: readonly string[];
  /** It is the request that the ledger knows under this id, and not another one under the same id. */
  readonly isOwner: boolean;
  readonly isRequest: boolean;
  readonly isAstray: boolean;
  /** Of a batch. */
  readonly isLine: boolean;
  readonly poison: boolean;
  /** Epoch ms. */
  readonly notAfter: number | undefined;
}

/** What the accounting starts from: all messages in the order in which the queue took them. */
export function messagesOf(facts: readonly Fact[], submissions: readonly Submission[]): readonly Message[] {
  const byRef = new Map(submissions.map((submission) => [submission.ref, submission]));
  const known = new Map(
    facts
      .filter((fact) => fact.kind === 'known')
      .map((fact) => [fact.requestId, contentOf(fact.imageId, fact.preferences)]),
  );
  return facts
    .filter((fact) => fact.kind === 'queued')
    .map((fact) => messageOf(fact, byRef.get(fact.deduplicationId) as SqsSubmission | undefined, known));
}

/** @param submission undefined for what the HTTP entry point queued */
function messageOf(
  { messageId, groupId, deduplicationId, body, at }: FactOf<'queued'>,
  submission: SqsSubmission | undefined,
  known: ReadonlyMap<string, string>,
): Message {
  const head = { messageId, groupId, deduplicationId, at, isAstray: submission?.isAstray === true };
  if (submission?.isRequest === false) return { ...head, ...refused(messageId, groupId) };
  const wire = JSON.parse(body) as WireRequest;
  const { image_id: imageId, preferences, not_after: notAfter } = wire;
  const requestId = requestIdOf(wire, messageId, submission);
  const content = contentOf(imageId, JSON.stringify(preferences));
  const isOwner = (known.get(requestId) ?? content) === content;
  return {
    ...head,
    requestId,
    imageId,
    content,
    isOwner,
    isRequest: true,
    isLine: wire.batch_id !== undefined,
    eventIds: isOwner ? [`${requestId}.succeeded`, `${requestId}.failed`] : [`${requestId}.reused.${messageId}`],
    poison: preferences.poison !== undefined,
    notAfter: notAfter === undefined ? undefined : Date.parse(notAfter),
  };
}

interface WireRequest {
  readonly image_id: string;
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly request_id?: string;
  readonly not_after?: string;
  readonly batch_id?: string;
}

function refused(messageId: string, imageId: string) {
  const requestId = sqsMessageId(messageId);
  const eventIds = [`${requestId}.failed`];
  return {
    requestId,
    imageId,
    content: '',
    eventIds,
    isOwner: false,
    isRequest: false,
    isLine: false,
    poison: false,
    notAfter: undefined,
  };
}

/** What the service itself queues has its id; a sender's own is a part of it. */
function requestIdOf(
  { request_id: id }: WireRequest,
  messageId: string,
  submission: SqsSubmission | undefined,
): string {
  if (id === undefined) return sqsMessageId(messageId);
  return submission === undefined ? id : sqsId(submission.sender, id);
}
