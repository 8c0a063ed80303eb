import type { Verdict } from '../completion/completion.ts';

/** What a `status_reason` says when an account's limit is used up. The vendor publishes no text, so these are kept wide. */
export const LIMIT_REASONS: readonly RegExp[] = [
  /\b(daily|account|usage|enhancement|processing|image|plan|subscription|monthly)s? *(enhancement|processing|image|usage|request)?s? *limit/,
  /\bquota\b/,
  /\blimit *(is|was|has|of)? *(been)? *(reached|exceeded|hit|used)/,
  /\b(reached|exceeded|exceeds|over|hit)\b.{0,40}\blimit\b/,
  /\btoo many (enhancements|images|requests)\b.{0,40}\b(day|today)\b/,
];

/** Limits that an image itself breaks: no reset mends them. */
export const OTHER_LIMITS: readonly RegExp[] = [
  /\b(file|upload|body|payload) *size\b/,
  /\bsize *limit/,
  /\btoo (large|big|small)\b/,
  /\b(resolution|dimensions?|megapixels?|pixels?|width|height|aspect|bit *depth|memory|time|timeout|retry|retries)\b/,
  /\b(mega|kilo|giga)?bytes?\b|\b\d+ ?[kmg]b\b/,
];

/** Whether an image failed only because the account's limit was used up. */
export function isDailyLimitFailure({ hasFailed, status, statusReason }: LimitEvidence): boolean {
  const reason = statusReason && plain(statusReason);
  if (reason === undefined || !(hasFailed || status === 'error')) return false;
  return LIMIT_REASONS.some((each) => each.test(reason)) && !OTHER_LIMITS.some((each) => each.test(reason));
}

/** In lower case, with blanks between its words: `DAILY_LIMIT` is `daily limit`. */
export const plain = (reason: string): string => reason.toLowerCase().replace(/[_-]/g, ' ');

type LimitEvidence = Pick<Verdict, 'hasFailed' | 'status' | 'statusReason'>;
