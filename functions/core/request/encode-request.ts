import { type Completion, completionType, hasReallyFailed } from '../completion/completion.ts';
import { encodeResult, isoTime, isoTimeIfAny } from '../outcome/encode-result.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { LedgerItem, LedgerSummary } from '../ports.ts';
import type { FailedAttempt } from '../processing/failed-attempts.ts';
import { failureCodeOf, lifeOf } from './life.ts';
import { requestWarnings } from './request-warnings.ts';

/** A request as lists show it. */
export function encodeSummary(summary: LedgerSummary) {
  const { requestId, imageId, state, source, acceptedAt, attempts, nextAttemptAt, completedAt } = summary;
  const { partner, batchId, upload } = summary;
  return {
    request_id: requestId,
    image_id: imageId,
    life: lifeOf(summary),
    state,
    source,
    partner,
    batch_id: batchId,
    file: upload?.file,
    line: upload?.line,
    accepted_at: isoTime(acceptedAt),
    attempts,
    next_attempt_at: isoTimeIfAny(nextAttemptAt),
    error_code: failureCodeOf(summary),
    completed_at: isoTimeIfAny(completedAt),
  };
}

/** A request as a whole. @param waitsFor as it is told */
export function encodeItem(item: LedgerItem, waitsFor?: object) {
  const { outcome, preferences, lastError, completion } = item;
  const result =
    outcome === undefined ? { last_error: lastError } : { ended_at: isoTime(outcome.at), ...encodeResult(outcome) };
  return {
    ...encodeSummary(summaryOf(item)),
    not_after: isoTimeIfAny(item.notAfter),
    api_version: item.apiVersion,
    preferences,
    waits_for: waitsFor,
    again_for: item.again?.requestId,
    again_as: item.againAs,
    failed_attempts: item.failedAttempts?.map(encodeFailedAttempt),
    ...result,
    warnings: warningsOf(item, outcome),
    completion: completion && encodeCompletion(completion),
  };
}

function encodeFailedAttempt({ attempt, at, code, status, nextAttemptAt }: FailedAttempt) {
  return { attempt, at: isoTime(at), code, status, next_attempt_at: isoTime(nextAttemptAt) };
}

function summaryOf(item: LedgerItem): LedgerSummary {
  const { outcome, completion, batch } = item;
  return {
    ...item,
    ...(outcome?.kind === 'failed' && { errorCode: outcome.error.code }),
    ...(completion && { completedAt: completion.at, completionFailed: hasReallyFailed(completion) }),
    ...(completion?.isUnknown && { isUnknown: true }),
    ...(batch && { batchId: batch.batchId }),
  };
}

function encodeCompletion(completion: Completion) {
  const { confirmed, status, statusReason, isAmbiguous } = completion;
  const ambiguous = isAmbiguous ? true : undefined;
  return { event: completionType(completion), confirmed, status, status_reason: statusReason, ambiguous };
}

/** Texts for people about what a request asks for. */
export function warningsOf({ preferences }: LedgerItem, outcome: Outcome | undefined): readonly string[] {
  return outcome?.warnings ?? requestWarnings(preferences);
}
