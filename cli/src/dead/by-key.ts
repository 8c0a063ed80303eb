import type { RequestItem } from '../../../client/src/contract.ts';
import type { Client } from '../../../client/src/create-client.ts';
import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { reportOf } from '../error-report.ts';
import { EXIT } from '../exit-code.ts';
import type { FailedRequests, Resubmitted } from './failed-requests.ts';

/** The failed requests that a key of the service may see: all of them, for an operator's. */
export function byKey(context: Context): FailedRequests {
  const { signal } = context;
  const client = context.client();

  async function* resubmit(ids: readonly string[], dryRun: boolean): AsyncGenerator<Resubmitted> {
    for (const id of ids) {
      try {
        yield dryRun ? await foretold(client, id, signal) : await sent(client, id, signal);
      } catch (error) {
        yield { result: 'refused', request: id, reason: refusalIn(error) };
      }
    }
  }

  return {
    list: ({ code, since }) => client.requests.list({ state: 'failed', code, since, limit: 100, signal } as object),
    get: (id) => client.requests.get(id, { signal }),
    resubmit(ids, { force, despiteQueue, dryRun = false }) {
      const events = ids.some((id) => id.startsWith('{'));
      const wanted = force ? '--force' : despiteQueue ? '--despite-queue' : events ? 'an event' : undefined;
      if (wanted !== undefined) throw usageError(`${wanted} wants AWS credentials: name the stage by --stage`);
      return resubmit(ids, dryRun);
    },
    close: () => {},
  };
}

async function sent(client: Client, id: string, signal: AbortSignal): Promise<Resubmitted> {
  const { request_id: as, state, attempts } = await client.requests.retry(id, { signal });
  // The service has no word for it. One that was sent before and not begun is sent once more, under the same id.
  const isNew = state === 'accepted' && attempts === 0;
  return { result: isNew ? 'sent' : 'sent_before', request: id, as };
}

/** What the service would say, by what can be read. */
async function foretold(client: Client, id: string, signal: AbortSignal): Promise<Resubmitted> {
  const request = await client.requests.get(id, { signal });
  const reason = await objection(client, request, signal);
  return reason === undefined ? { result: 'would_be_sent', request: id } : { result: 'refused', request: id, reason };
}

async function objection(client: Client, request: RequestItem, signal: AbortSignal): Promise<string | undefined> {
  const { request_id, image_id, life } = request;
  if (life !== 'failed') return `it is ${life}, and only what failed is sent again`;
  for await (const newest of client.requests.ofImage(image_id, { limit: 1, signal })) {
    return newest.request_id === request_id
      ? undefined
      : `its image ${image_id} has a newer request (${newest.request_id}), maybe this one sent again`;
  }
  return undefined;
}

/** What the service has against one request. A wrong key, or a service that cannot be reached, would be the same for each. */
function refusalIn(error: unknown): string {
  const report = error instanceof ReprocessError ? reportOf(error) : undefined;
  if (report?.exit !== EXIT.failed) throw error;
  return report.detail;
}
