import type { FailedAttempt, RequestItem } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import type { TimelineStep } from './timeline-step.ts';

const words = texts.request;

/** The attempts before the one that ended a request, or that is its last so far. */
export function attemptSteps(request: RequestItem): readonly TimelineStep[] {
  const failed = ('failed_attempts' in request && request.failed_attempts) || [];
  const told = failed.flatMap((each, index) => [
    ...untoldSteps(nextNumber(failed[index - 1]), each.attempt),
    failedStep(each, request),
  ]);
  return [...told, ...untoldSteps(nextNumber(failed.at(-1)), request.attempts)];
}

/** An attempt that does not count leaves its number to the next one. */
const UNCOUNTED: readonly FailedAttempt['code'][] = ['account_refused', 'api_key_unavailable', 'call_not_started'];

function nextNumber(before: FailedAttempt | undefined): number {
  if (before === undefined) return 1;
  return UNCOUNTED.includes(before.code) ? before.attempt : before.attempt + 1;
}

/** Those that were interrupted, or that are no longer kept. */
function untoldSteps(from: number, before: number): readonly TimelineStep[] {
  if (from >= before) return [];
  return [{ title: words.attemptsUntold(from, before - 1), details: [words.untold], tone: 'bad' }];
}

function failedStep({ attempt, at, code, status, next_attempt_at }: FailedAttempt, request: RequestItem): TimelineStep {
  const isLast = request.state === 'waiting' && request.next_attempt_at === next_attempt_at;
  return {
    title: words.attempt(attempt),
    at,
    details: [
      words.attemptFailed[code](status),
      ...(isLast ? [request.last_error.detail] : []),
      ...(UNCOUNTED.includes(code) ? [words.uncounted] : []),
    ],
    until: next_attempt_at,
    tone: 'bad',
  };
}
