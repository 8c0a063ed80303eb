import type { WebhookSeen } from '../core/completion/webhook-seen.ts';
import { together } from '../core/concurrently.ts';
import { isoTime } from '../core/outcome/encode-result.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Limits } from '../core/ports.ts';
import { lifeOf } from '../core/request/life.ts';
import type { RequestLists } from '../core/request/request-lists.ts';
import { forOperators } from '../lambda/for-operators.ts';
import { type HttpResponse, jsonResponse } from '../lambda/http.ts';

export interface HealthParts {
  /** Messages that wait, and those that are being worked on or wait for a retry. */
  readonly requestCounts: CountMessages;
  readonly deadLetterCounts: CountMessages;
  readonly webhookSeen: Pick<WebhookSeen, 'read'>;
  readonly lists: Pick<RequestLists, 'list'>;
  /** All owners; undefined stands for the operator. */
  readonly owners: () => Promise<readonly (string | undefined)[]>;
  /** Of the service. */
  readonly version: string;
}

/** @throws DependencyUnavailable */
type CountMessages = (limits: Limits) => Promise<{ readonly visible: number; readonly hidden: number }>;

/** Requests among which the oldest without an outcome is looked for: the queue is kept shallow. */
const NEWEST = 100;

/** How the service is, for operators. */
export function createHealth({ requestCounts, deadLetterCounts, webhookSeen, lists, owners, version }: HealthParts) {
  async function oldestWaiting(limits: Limits): Promise<number | undefined> {
    const { items } = await lists.list({ owners: await owners() }, { limit: NEWEST }, limits);
    const waiting = items.filter((item) => ['queued', 'waiting'].includes(lifeOf(item)));
    // Newest first.
    return waiting.at(-1)?.acceptedAt;
  }

  async function show(limits: Limits): Promise<HttpResponse> {
    const [requests, deadLetters, seenAt, oldest] = await together(
      requestCounts(limits),
      deadLetterCounts(limits),
      webhookSeen.read(limits),
      oldestWaiting(limits),
    );
    return jsonResponse(200, {
      version,
      queue: {
        waiting: requests.visible,
        in_work: requests.hidden,
        oldest_accepted_at: oldest === undefined ? null : isoTime(oldest),
      },
      dead_letters: deadLetters.visible + deadLetters.hidden,
      webhook_seen_at: seenAt === undefined ? null : isoTime(seenAt),
    });
  }

  return (partner: Partner, limits: Limits) => forOperators(partner, 'read how the service is', () => show(limits));
}
