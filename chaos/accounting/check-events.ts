import type { SqsSubmission, Submission } from '../scenario/submission.ts';
import type { CaseFile } from './case-file.ts';
import { contentOf } from './content.ts';
import { isOutcome } from './events.ts';
import type { Pad } from './finding.ts';
import type { Message } from './messages.ts';
import { httpId } from './request-ids.ts';

interface WireEvent {
  readonly type: string;
  readonly subject: string;
  readonly data: {
    readonly request: {
      readonly request_id: string;
      readonly image_id?: string;
      readonly preferences?: object;
      readonly sender_request_id?: string;
      readonly partner?: string;
    };
    readonly image?: unknown;
    readonly error?: { readonly code: string; readonly may_have_acted?: boolean };
    readonly attempts: number;
  };
}

/** Every outcome's event says what was asked for, by whom, and what the ledger has of it. */
export function checkEvents(file: CaseFile, pad: Pad): void {
  const messages = new Map(file.messages.flatMap((message) => message.eventIds.map((id) => [id, message])));
  const submissions = submissionsById(file.scenario.submissions);
  for (const event of file.published.values()) {
    const message = messages.get(event.eventId);
    // A dead letter is not carried out: it ends as what the ledger knows of it.
    if (message === undefined || message.isAstray || !isOutcome(event)) continue;
    const told = JSON.parse(event.body) as WireEvent;
    const wrong =
      flawOf(told, message, file) ??
      senderFlawOf(told, message, submissions, file.known.get(message.requestId)?.partner);
    if (wrong !== undefined) pad.breach('wrong_event', event.at, `${event.eventId}: ${wrong}`);
  }
}

function flawOf({ type, data }: WireEvent, message: Message, file: CaseFile): string | undefined {
  const { request, error, attempts } = data;
  if (!message.isRequest) return error?.code === 'invalid_request' ? undefined : `code ${error?.code}`;
  const content = contentOf(request.image_id ?? '', JSON.stringify(request.preferences ?? {}));
  if (content !== message.content) return `it tells of ${content}`;
  if (!message.isOwner) return error?.code === 'request_id_reused' ? undefined : `code ${error?.code}`;
  if (request.request_id !== message.requestId) return `it tells of ${request.request_id}`;
  const outcome = file.outcomes.get(message.requestId);
  if (outcome === undefined) return undefined;
  if (type !== `reprocess.${outcome.kind}`) return `type ${type}`;
  if (attempts !== outcome.attempts) return `${attempts} attempts`;
  if (outcome.kind === 'succeeded') return data.image === undefined ? 'no image' : undefined;
  if (error?.code !== outcome.error.code) return `code ${error?.code}`;
  return error.may_have_acted === outcome.error.mayHaveActed ? undefined : `may_have_acted ${error.may_have_acted}`;
}

function submissionsById(submissions: readonly Submission[]) {
  const byRef = new Map(submissions.map((one) => [one.ref, one]));
  const calls = submissions.flatMap((one) => {
    if (one.entryPoint !== 'http' || one.idempotencyKey === undefined) return [];
    return [[httpId(one.partner, one.idempotencyKey), one] as const];
  });
  return { byRef, byKey: new Map(calls) };
}

/** Whose request it is. @param partner of the ledger's item */
function senderFlawOf(
  { data: { request } }: WireEvent,
  message: Message,
  { byRef, byKey }: ReturnType<typeof submissionsById>,
  partner: string | undefined,
): string | undefined {
  if (!message.isOwner) return undefined;
  const call = byKey.get(message.requestId);
  const sent = byRef.get(message.deduplicationId);
  const own = sent?.entryPoint === 'sqs' ? ownIdOf(sent) : undefined;
  const wanted = call?.entryPoint === 'http' ? call.partner : partner;
  if (request.partner !== wanted) return `partner ${request.partner}`;
  return sent !== undefined && request.sender_request_id !== own
    ? `sender_request_id ${request.sender_request_id}`
    : undefined;
}

function ownIdOf({ body }: SqsSubmission): string | undefined {
  return (JSON.parse(body) as { readonly request_id?: string }).request_id;
}
