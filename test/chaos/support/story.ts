import { type Account, account } from '../../../chaos/accounting.ts';
import type { Fact, Happening } from '../../../chaos/facts.ts';
import type { SqsSubmission } from '../../../chaos/scenario/submission.ts';
import { planScenario, type Scenario } from '../../../chaos/scenario.ts';
import { fingerprintOf, sqsRequestId } from '../../../functions/core/request/reprocess-request.ts';

const SENDER = 'AROAEXAMPLE:session';
const START = Date.parse('2026-11-22T10:00:00Z');

/** A request for the image `house`, and all that happens to it when all goes well. */
export function request(ref: string, more: { readonly poison?: 'on_claim'; readonly invocation?: number } = {}) {
  const { invocation = 1, ...extra } = more;
  const imageId = 'house';
  const preferences = { ref, ...extra };
  const requestId = sqsRequestId(SENDER, ref);
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
  const fingerprint = fingerprintOf(imageId, preferences);
  const messageId = `m-${ref}`;
  const known = JSON.stringify(preferences);
  const [actedInTime, isNew] = [false, true];
  const eventId = `${requestId}.succeeded`;
  const steps = {
    queued: { kind: 'queued', messageId, groupId: imageId, deduplicationId: ref, body },
    received: { kind: 'received', messageId, count: 1, invocation },
    known: { kind: 'known', requestId, imageId, preferences: known },
    claimed: { kind: 'claimed', requestId, imageId, fingerprint, leaseUntil: START + 3_600_000, invocation },
    called: { kind: 'call_began', call, imageId, preferences, invocation },
    acted: { kind: 'acted', call, isLate: actedInTime },
    answered: { kind: 'call_ended', call, how: 200 },
    recorded: { kind: 'recorded', requestId, invocation, outcome, code: 'succeeded' },
    published: { kind: 'published', eventId, groupId: imageId, body: 'event', isNew },
    deleted: { kind: 'deleted', messageId },
  } satisfies Record<string, Happening>;
  return { submission, requestId, steps, all: Object.values<Happening>(steps) };
}

/** What the accounting says of things that happened one after the other, 10 ms apart (after a lost response 31 s) or at the times that they name. */
export function accountOf(
  submissions: readonly SqsSubmission[],
  happenings: readonly (Happening & { readonly at?: number })[],
): Account & { readonly broken: readonly string[]; readonly noted: readonly string[] } {
  const isLost = (happening: Happening) => happening.kind === 'call_ended' && happening.how === 'lost';
  const timeOf = (index: number) => index * 10 + happenings.slice(0, index).filter(isLost).length * 31_000;
  const facts = happenings.map((happening, index) => ({
    ...happening,
    at: START + (happening.at ?? timeOf(index)),
  })) as Fact[];
  const scenario: Scenario = { ...planScenario('story', 1), start: START, submissions, faultWindows: [] };
  const said = account({ facts, cameToRest: true }, scenario);
  return { ...said, broken: said.breaches.map(({ name }) => name), noted: said.notes.map(({ name }) => name) };
}
