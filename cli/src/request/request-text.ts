import type { FailedAttempt, RequestItem } from '../../../client/src/contract.ts';
import { timeText } from '../terminal/numbers.ts';
import { factsText } from '../terminal/table.ts';
import type { Stream } from '../terminal/text.ts';

/** One request, for people. */
export function requestText(request: RequestItem, now: number, stream: Stream): string {
  const { error, completion, waits_for, next_attempt_at, last_error, failed_attempts } = request as Partial<Everything>;
  return factsText(
    [
      ['request', request.request_id],
      ['image', request.image_id],
      ['state', request.life],
      ['why', error && `${error.title}: ${error.detail}`],
      ['code', error?.code],
      [
        'image ended',
        completion && `${completion.event}${completion.status_reason ? `: ${completion.status_reason}` : ''}`,
      ],
      [
        'waits for',
        waits_for && `${waits_for.reason}${waits_for.until ? `, until ${timeText(waits_for.until, now)}` : ''}`,
      ],
      ['last error', last_error?.detail],
      ['next attempt', next_attempt_at],
      ['source', request.source],
      ['partner', request.partner],
      ['batch', request.batch_id],
      ['file', request.file && `${request.file}${request.line === undefined ? '' : `, line ${request.line}`}`],
      ['accepted', request.accepted_at],
      ['attempts', request.attempts],
      ...(failed_attempts ?? []).map(attemptFact),
      ['preferences', JSON.stringify(request.preferences)],
      ['warnings', request.warnings.join('; ')],
    ],
    stream,
  );
}

function attemptFact({ attempt, at, code, status, next_attempt_at }: FailedAttempt): readonly [string, string] {
  return [`attempt ${attempt}`, `${at}: ${code}${status ? ` (${status})` : ''}, waited until ${next_attempt_at}`];
}

/** Members of some states. */
interface Everything {
  readonly error: { readonly title: string; readonly code: string; readonly detail: string };
  readonly last_error: { readonly detail?: string };
  readonly completion: { readonly event: string; readonly status_reason?: string };
  readonly waits_for: { readonly reason: string; readonly until?: string };
  readonly next_attempt_at: string;
  readonly failed_attempts: readonly FailedAttempt[];
}
