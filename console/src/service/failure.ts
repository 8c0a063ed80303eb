import { ReprocessError } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

/** Why something did not work, for a person. */
export interface Failure {
  readonly status: number | undefined;
  readonly sentence: string;
  /** Whether the same call may work later. */
  readonly isRetryable: boolean;
  /** In how many seconds, if the service said so. */
  readonly retryAfter?: number | undefined;
  /** The response's body, where one came. */
  readonly body?: unknown;
}

/** An error of the API is shown as its own sentence. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ReprocessError)) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { status: undefined, sentence, isRetryable: false };
  }
  const { status, code, detail, retryAfter, body } = error;
  if (code === 'too_large') return { status, sentence: texts.errors.tooLarge, isRetryable: false };
  const isRetryable = status === undefined || status === 429 || status >= 500;
  return { status, sentence: status === undefined ? texts.errors.notReached : detail, isRetryable, retryAfter, body };
}
