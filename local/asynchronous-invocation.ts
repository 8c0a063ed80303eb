import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationResult } from './lambda/execution-environment.ts';

export interface AsynchronousInvocation {
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  /** Called with an event after as many failed attempts as Lambda makes. */
  readonly setAside: (functionName: string, event: unknown) => Promise<void>;
}

/** Ms before each further attempt. Lambda waits one minute, then two. */
export const RETRY_PAUSES_MS: readonly number[] = [1000, 2000];

/**
 * A stand-in for Lambda's asynchronous invocation: a function gets an event up to three times; then the event is set aside.
 * @throws AbortError when a stop interrupts it: then the event is neither done nor set aside
 */
export async function invokeAsynchronously(
  { invoke, setAside }: AsynchronousInvocation,
  functionName: string,
  event: unknown,
  { stop, pausesMs }: { readonly stop: AbortSignal; readonly pausesMs: readonly number[] },
): Promise<void> {
  for (const pause of [0, ...pausesMs]) {
    if (pause > 0) await sleep(pause, undefined, { signal: stop });
    stop.throwIfAborted();
    if (!('error' in (await invoke(functionName, event)))) return;
  }
  // The last failure may come from the stop.
  stop.throwIfAborted();
  await setAside(functionName, event);
}
