import type { Callback, CallbackTest, Delivery, NewCallback, PartnerList, RotatedSecret } from './contract.ts';
import { createCall } from './http/call.ts';
import { type CallOptions, createSend } from './http/send.ts';
import { systemRuntime } from './http/system-runtime.ts';
import { createListing, type ListOf, type ListOptions } from './listing.ts';
import { type ClientOptions, parseSettings } from './settings.ts';

const DELIVERIES = 'GET /v3/callback/deliveries';

export interface CallbackOptions extends CallOptions {
  /** Whose callback, for an operator, who has none. */
  readonly partner?: string | undefined;
}

/** Where the service tells a partner what became of its requests. */
export interface CallbackClient {
  get(options?: CallbackOptions): Promise<Callback>;
  /**
   * Sets the URL and the events, after a signed test. A new one has its `secret`, this once.
   * @throws ReprocessError `callback_test_failed`, whose `body` has the `secret` for a receiver that cannot know it yet
   */
  set(callback: NewCallback, options?: CallbackOptions): Promise<Callback>;
  remove(options?: CallbackOptions): Promise<void>;
  /** Sends a test. One that succeeds ends a pause. */
  test(options?: CallbackOptions): Promise<CallbackTest>;
  /** Makes a new secret. The old one signs beside it for a day. */
  rotate(options?: CallbackOptions): Promise<RotatedSecret>;
  /** What was sent and what came back, newest first. */
  deliveries(options?: ListOptions<typeof DELIVERIES>): ListOf<typeof DELIVERIES>;
  /** Sends one once more, at once. */
  resend(deliveryId: string, options?: CallbackOptions): Promise<Delivery>;
  /** Everybody who may call, and how their callbacks do. For an operator. */
  partners(options?: CallOptions): Promise<PartnerList>;
}

/** @throws TypeError when an option cannot be used */
export function createCallbackClient(options: ClientOptions): CallbackClient {
  const settings = parseSettings(options);
  const call = createCall(createSend(systemRuntime(options.fetch), settings), settings);
  const asked = ({ partner, ...rest }: CallbackOptions = {}) => ({ ...rest, query: { partner } });
  return {
    get: async (given) => (await call('GET /v3/callback', [], asked(given))).body,
    set: async (body, given) => (await call('PUT /v3/callback', [], { ...asked(given), body })).body,
    async remove(given) {
      await call('DELETE /v3/callback', [], asked(given));
    },
    test: async (given) => (await call('POST /v3/callback/test', [], asked(given))).body,
    rotate: async (given) => (await call('POST /v3/callback/rotate', [], asked(given))).body,
    deliveries: (given) => createListing(call, DELIVERIES, [], given),
    resend: async (id, given) => (await call('POST /v3/callback/deliveries/{id}/resend', [id], asked(given))).body,
    partners: async (given) => (await call('GET /v3/partners', [], given)).body,
  };
}
