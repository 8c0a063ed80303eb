import type { RequestItem } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

export interface TimelineStep {
  readonly title: string;
  /** ISO 8601; undefined when nobody noted it. */
  readonly at?: string | undefined;
  /** Sentences. */
  readonly details: readonly string[];
  readonly tone: 'done' | 'good' | 'bad' | 'next';
}

const words = texts.request;

/** What happened to a request, in its order, and what comes next. */
export function timelineOf(request: RequestItem): readonly TimelineStep[] {
  return [acceptedStep(request), ...attemptSteps(request), ...endSteps(request)];
}

function acceptedStep({ accepted_at, source, partner }: RequestItem): TimelineStep {
  const by = partner === undefined ? '' : ` ${texts.batches.by(partner)}`;
  return { title: words.accepted, at: accepted_at, details: [`${words.through[source]}${by}`], tone: 'done' };
}

function attemptSteps(request: RequestItem): readonly TimelineStep[] {
  const { state, attempts } = request;
  if (state === 'succeeded' || attempts === 0) return [];
  if (state === 'waiting') {
    return [{ title: words.attempts(attempts), details: [request.last_error.detail], tone: 'bad' }];
  }
  return state === 'failed' && attempts > 1 ? [{ title: words.attempts(attempts), details: [], tone: 'bad' }] : [];
}

function endSteps(request: RequestItem): readonly TimelineStep[] {
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
      return [{ title: words.failed, at: request.ended_at, details, tone: 'bad' }];
    }
    case 'succeeded':
      return [
        { title: words.started, at: request.ended_at, details: [words.startedAfter(request.attempts)], tone: 'done' },
        completionStep(request),
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
