import type { Delivery, RequestItem } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import { attemptSteps } from './attempt-steps.ts';
import { callbackSteps } from './callback-steps.ts';
import type { TimelineStep } from './timeline-step.ts';

const words = texts.request;

/** What happened to a request, in its order, and what comes next. @param deliveries what its partner was told, newest first */
export function timelineOf(request: RequestItem, deliveries: readonly Delivery[] = []): readonly TimelineStep[] {
  return [acceptedStep(request), ...attemptSteps(request), ...endSteps(request, deliveries)];
}

function acceptedStep({ accepted_at, source, partner }: RequestItem): TimelineStep {
  const by = partner === undefined ? '' : ` ${texts.batches.by(partner)}`;
  return { title: words.accepted, at: accepted_at, details: [`${words.through[source]}${by}`], tone: 'done' };
}

function endSteps(request: RequestItem, deliveries: readonly Delivery[]): readonly TimelineStep[] {
  const told = (of: string) => callbackSteps(deliveries.filter(({ type }) => type.startsWith(of)));
  switch (request.state) {
    case 'accepted':
      return [waitStep(request.waits_for) ?? { title: words.stillQueued, details: [], tone: 'next' }];
    case 'waiting':
      return [
        waitStep(request.waits_for) ?? {
          title: words.nextAttempt,
          at: request.next_attempt_at,
          details: [],
          tone: 'next',
        },
      ];
    case 'failed': {
      const { title, detail, may_have_acted } = request.error;
      const details = [title, detail, ...(may_have_acted ? [words.mayHaveActed] : [])];
      return [{ title: words.failed, at: request.ended_at, details, tone: 'bad' }, ...told('reprocess.')];
    }
    case 'succeeded':
      return [
        { title: words.started, at: request.ended_at, details: [words.startedAfter(request.attempts)], tone: 'done' },
        ...told('reprocess.'),
        completionStep(request),
        ...told('image.'),
      ];
  }
}

function waitStep(waits: { readonly reason: 'daily_limit' | 'person'; readonly until?: string } | undefined) {
  if (waits === undefined) return undefined;
  const details = waits.until === undefined ? [words.untilResumed] : [];
  return { title: words.waitsFor[waits.reason], at: waits.until, details, tone: 'next' } as const;
}

function completionStep(request: RequestItem & { readonly state: 'succeeded' }): TimelineStep {
  const { completion, completed_at: at, error_code } = request;
  if (error_code === 'completion_unknown') return { title: words.unknown, at, details: [], tone: 'bad' };
  if (completion === undefined) return { title: words.enhancing, details: [], tone: 'next' };
  const details = [
    ...(completion.status_reason ? [completion.status_reason] : []),
    ...(completion.confirmed === false ? [words.unconfirmed] : []),
  ];
  return error_code === 'enhancement_failed'
    ? { title: words.failedLater, at, details, tone: 'bad' }
    : { title: words.finished, at, details, tone: 'good' };
}
