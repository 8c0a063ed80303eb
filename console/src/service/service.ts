import { type CallbackClient, createCallbackClient } from '../../../client/src/callback.ts';
import { type Client, type ClientOptions, createClient } from '../../../client/src/index.ts';

/** All that the page calls. */
export type WholeClient = Client & { readonly callback: CallbackClient };

/** Two manners of calling the same API. */
export interface Service {
  /** Tried again for a while: for what a person asked for. */
  readonly patient: WholeClient;
  /** Tried once, since it is read again soon. */
  readonly quick: WholeClient;
}

/** @param url the service's address; the page's session cookie stands for a key */
export function createService(url: string): Service {
  const clientWith = (options: Omit<ClientOptions, 'url'>): WholeClient => ({
    ...createClient({ url, ...options }),
    callback: createCallbackClient({ url, ...options }),
  });
  return { patient: clientWith({ retries: 2 }), quick: clientWith({ retries: 0, timeoutMs: 15_000 }) };
}
