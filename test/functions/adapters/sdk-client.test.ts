import { expect, test } from 'vitest';
import { endingWithSignal } from '../../../functions/adapters/sdk-client.ts';

/** A client whose calls never end. */
const hanging = () => ({
  send: (_command: object, _options?: { readonly abortSignal?: AbortSignal }) => new Promise<never>(() => {}),
  middlewareStack: { add: () => {}, remove: () => true },
});

test('a call whose attempt is running ends at once when its signal is aborted, with its reason', async () => {
  const ending = new AbortController();
  const client = hanging();
  const call = endingWithSignal(client).call(client, { input: {} }, { abortSignal: ending.signal });
  const ended = call.catch((error: unknown) => error);
  const reason = new Error('the invocation ends');
  ending.abort(reason);
  expect(await Promise.race([ended, new Promise((resolve) => setImmediate(resolve, 'it is waited for'))])).toBe(reason);
});
