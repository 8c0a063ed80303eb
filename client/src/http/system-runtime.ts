import type { Runtime } from './send.ts';

/** @param fetch the runtime's own unless given */
export function systemRuntime(fetch: typeof globalThis.fetch = globalThis.fetch): Runtime {
  // Workers refuse a fetch that is called as a method of another object.
  return { fetch: (input, init) => fetch(input, init), now: Date.now, random: Math.random, sleep };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, ms);
    // A signal may serve many waits.
    function end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
  signal?.throwIfAborted();
}
