import { hash } from 'node:crypto';
import { completionType, type Verdict } from './completion.ts';

const DIGITS = 16;

/**
 * The id of a completion's event: the same for the same news, whether the webhook brought it, or brought it again, or the sweep
 * found it. So the queue and its consumer drop the duplicate. What says more (that Autoenhance confirms it, or another status) is
 * other news. SQS takes 128 characters, and a request id may have 71.
 */
export function completionEventId(requestId: string, verdict: Verdict): string {
  const { status = null, statusReason = null, confirmed } = verdict;
  const news = hash('sha256', JSON.stringify([status, statusReason, confirmed])).slice(0, DIGITS);
  return `${requestId}.${completionType(verdict)}.${news}`;
}
