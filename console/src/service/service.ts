import { type CallbackClient, createCallbackClient } from '../../../client/src/callback.ts';
import { type Client, createClient } from '../../../client/src/index.ts';

/** Two manners of calling the same API. */
export interface Service {
  /** Tried again for a while: for what a person asked for. */
  readonly patient: Client;
  /** Tried once, since it is read again soon. */
  readonly quick: Client;
  /** Tried once as well. */
  readonly callbacks: CallbackClient;
}

/** @param url the service's address; the page's session cookie stands for a key */
export function createService(url: string): Service {
  const quick = { url, retries: 0, timeoutMs: 15_000 };
  return {
    patient: createClient({ url, retries: 2 }),
    quick: createClient(quick),
    callbacks: createCallbackClient(quick),
  };
}
