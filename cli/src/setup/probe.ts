import type { Budget, RequestItem, RequestSummary } from '../../../client/src/contract.ts';
import { createClient } from '../../../client/src/create-client.ts';
import type { Context } from '../context.ts';
import { type ErrorReport, reportOf } from '../error-report.ts';
import type { Connection } from '../profile/connection.ts';

/** What a service says of itself. */
export interface Probe {
  readonly budget?: Budget;
  /** Why it did not answer. */
  readonly failure?: ErrorReport;
  /** Its clock at the response. Epoch ms. */
  readonly serverTime?: number;
  /** How long the response took. */
  readonly elapsedMs: number;
  readonly isOperator?: boolean;
  /** Requests whose image was finished, the latest first. */
  readonly finished: readonly RequestSummary[];
  /** Requests that Autoenhance has begun. */
  readonly started: readonly RequestSummary[];
  /** The latest request whose last attempt failed and will be retried. */
  readonly retried?: RequestItem | undefined;
}

const RECENT = 20;
/** No partner has such a name, and a partner's key may not ask for another. */
const NOBODY = 'doctor-asks-for-nobody';

export async function probe(connection: Connection, { signal, now }: Context): Promise<Probe> {
  let serverTime: number | undefined;
  const watchingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    serverTime ??= Date.parse(response.headers.get('date') ?? '') || undefined;
    return response;
  };
  const client = createClient({ ...connection, retries: 1, fetch: watchingFetch });
  const begin = now();
  try {
    const budget = await client.budget({ signal });
    const elapsedMs = now() - begin;
    const [isOperator, finished, started, retried] = await Promise.all([
      mayAskForOthers(client, signal),
      recent(client, 'finished', signal),
      recent(client, 'started', signal),
      lastRetried(client, signal),
    ]);
    return {
      ...{ budget, elapsedMs, isOperator, finished, started, retried },
      ...(serverTime !== undefined && { serverTime }),
    };
  } catch (error) {
    const failure = reportOf(error);
    if (failure === undefined) throw error;
    return {
      failure,
      elapsedMs: now() - begin,
      finished: [],
      started: [],
      ...(serverTime !== undefined && { serverTime }),
    };
  }
}

type Client = ReturnType<typeof createClient>;

async function mayAskForOthers(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of client.requests.list({ partner: NOBODY, limit: 1, signal } as object)) break;
    return true;
  } catch (error) {
    if (reportOf(error) === undefined) throw error;
    return false;
  }
}

async function lastRetried(client: Client, signal: AbortSignal): Promise<RequestItem | undefined> {
  const [latest] = await recent(client, 'waiting', signal);
  return latest && client.requests.get(latest.request_id, { signal });
}

async function recent(client: Client, state: 'finished' | 'started' | 'waiting', signal: AbortSignal) {
  const list = client.requests.list({ state, limit: RECENT, signal } as object);
  for await (const { items } of list.pages()) return items;
  return [];
}
