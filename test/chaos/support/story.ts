import { sqsId } from '../../../chaos/accounting/request-ids.ts';
import { type Account, account } from '../../../chaos/accounting.ts';
import type { Fact, Happening } from '../../../chaos/facts.ts';
import type { SqsSubmission } from '../../../chaos/scenario/submission.ts';
import { planScenario, type Scenario } from '../../../chaos/scenario.ts';

const SENDER = 'AROAEXAMPLE:session';
/** Of a claim that names no other time. */
const LEASE_MS = 3000;
export const START = Date.parse('2026-11-22T10:00:00Z');

/** A request for the image `house`, and all that happens to it when all goes well. */
export function request(ref: string, more: { readonly poison?: 'on_claim'; readonly invocation?: number } = {}) {
  const { invocation = 1, ...extra } = more;
  const imageId = 'house';
  const preferences = { ref, ...extra };
  const requestId = sqsId(SENDER, ref);
  const body = JSON.stringify({ image_id: imageId, preferences, request_id: ref });
  const submission: SqsSubmission = {
    ref,
    entryPoint: 'sqs',
    at: 0,
    groupId: imageId,
    body,
    sender: SENDER,
    isRequest: true,
  };
  const call = Number(ref.slice(1));
  const outcome = JSON.stringify({ kind: 'succeeded', attempts: 1, warnings: [], at: 0 });
  const messageId = `m-${ref}`;
  const known = JSON.stringify(preferences);
  const [actedInTime, isNew] = [false, true];
  /** The event of an outcome, as the ledger has that. */
  function announcementOf(recorded: string) {
    const { kind, attempts, error } = JSON.parse(recorded) as Outcome;
    const request = { request_id: requestId, image_id: imageId, preferences, sender_request_id: ref };
    const told = error && { code: error.code, may_have_acted: error.mayHaveActed };
    const data = { request, attempts, ...(kind === 'failed' ? { error: told } : { image: {} }) };
    return { eventId: `${requestId}.${kind}`, body: JSON.stringify({ type: `reprocess.${kind}`, data }) };
  }

  const steps = {
    queued: { kind: 'queued', messageId, groupId: imageId, deduplicationId: ref, body },
    received: { kind: 'received', messageId, count: 1, invocation },
    known: {
      kind: 'known',
      requestId,
      imageId,
      preferences: known,
      source: 'sqs',
      acceptedAt: START,
      senderRequestId: ref,
      invocation,
    },
    claimed: { kind: 'claimed', requestId, imageId, preferences: known, leaseUntil: 0, invocation },
    called: { kind: 'call_began', call, imageId, preferences, invocation },
    acted: { kind: 'acted', call, isLate: actedInTime },
    answered: { kind: 'call_ended', call, how: 200 },
    recorded: { kind: 'recorded', requestId, invocation, outcome, code: 'succeeded' },
    published: { kind: 'published', groupId: imageId, isNew, ...announcementOf(outcome) },
    deleted: { kind: 'deleted', messageId },
  } satisfies Record<string, Happening>;
  /** It ends otherwise: what is recorded, and what is published of that. */
  const endsAs = (other: string, code = 'succeeded') => ({
    recorded: { ...steps.recorded, outcome: other, code },
    published: { ...steps.published, ...announcementOf(other) },
  });
  return { submission, requestId, steps, endsAs, all: Object.values<Happening>(steps) };
}

interface Outcome {
  readonly kind: string;
  readonly attempts: number;
  readonly error?: { readonly code: string; readonly mayHaveActed?: boolean };
}

/** What the accounting says of things that happened one after the other, 10 ms apart (after a lost response 31 s) or at the times that they name. */
export function accountOf(
  submissions: readonly SqsSubmission[],
  happenings: readonly (Happening & { readonly at?: number })[],
  more: Partial<Scenario> = {},
): Account & { readonly broken: readonly string[]; readonly noted: readonly string[] } {
  const isLost = (happening: Happening) => happening.kind === 'call_ended' && happening.how === 'lost';
  const timeOf = (index: number) => index * 10 + happenings.slice(0, index).filter(isLost).length * 31_000;
  const facts = happenings.map((happening, index) => {
    const at = START + (happening.at ?? timeOf(index));
    const lease = happening.kind === 'claimed' && happening.leaseUntil === 0 ? { leaseUntil: at + LEASE_MS } : {};
    return { ...happening, ...lease, at };
  }) as Fact[];
  const { vendor: _, limit: __, ...planned } = planScenario('story', 1);
  const calm = { batches: [], faultWindows: [], clocksJump: false, freeReceives: 300, callsPerSecond: 20 };
  const scenario: Scenario = { ...planned, ...calm, start: START, submissions };
  const said = account({ facts, cameToRest: true }, { ...scenario, ...more });
  return { ...said, broken: said.breaches.map(({ name }) => name), noted: said.notes.map(({ name }) => name) };
}
