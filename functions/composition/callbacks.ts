import { createPost } from '../adapters/callbacks/post.ts';
import { createCallbackStore } from '../adapters/ledger/callbacks/callbacks.ts';
import { createDeliveryLog } from '../adapters/ledger/callbacks/deliveries.ts';
import { CALLBACK_KEYS_EXAMPLE, parseCallbackKeys } from '../adapters/secrets/callback-keys.ts';
import type { Post, ReadCallbackKeys } from '../core/callback/ports.ts';
import { createSendCallback } from '../core/callback/send-callback.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { CallbackApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeSecret } from './shared.ts';

const KEYS_TTL_MS = 5 * 60_000;

/** What sends callbacks, and remembers them. */
export function composeCallbacks(
  environment: Pick<CallbackApiEnvironment, 'LEDGER_TABLE' | 'CALLBACK_KEYS_SECRET_ID' | 'CALLBACK_RECEIVERS'>,
  runtime: Runtime,
  telemetry: Telemetry,
  post: Post = createPost({ receivers: environment.CALLBACK_RECEIVERS, clock: runtime.clock }),
) {
  const { LEDGER_TABLE: table, CALLBACK_RECEIVERS: receivers } = environment;
  const { clock } = runtime;
  const database = { send: runtime.dynamo, table, clock };
  const keys = composeSecret(environment.CALLBACK_KEYS_SECRET_ID, runtime, telemetry, {
    parse: parseCallbackKeys,
    example: CALLBACK_KEYS_EXAMPLE,
    ttlMs: KEYS_TTL_MS,
  });
  /** A key that is not known may have been added since they were read. */
  const readKeys: ReadCallbackKeys = async (limits, needed = []) => {
    const known = await keys.get(limits);
    return needed.every((id) => known.has(id)) ? known : keys.refresh(limits);
  };
  return {
    callbacks: createCallbackStore(database),
    deliveries: createDeliveryLog(database),
    sendCallback: createSendCallback({ post, readKeys, clock }),
    readKeys,
    prepareKeys: keys.prepare,
    receivers,
  };
}
