import { pollDelay } from './delay.ts';

export interface Look<Data> {
  /** As of the last look that worked. */
  readonly data: Data | undefined;
  /** Of that look, epoch ms. */
  readonly at: number | undefined;
  /** Why the last look did not work. */
  readonly error: unknown;
  /** When the next one is made, epoch ms; undefined while one runs, or when none comes. */
  readonly nextAt: number | undefined;
}

export interface PollerOptions<Data> {
  readonly load: (signal: AbortSignal) => Promise<Data>;
  readonly everyMs: number;
  /** Whether nothing changes any more. */
  readonly hasEnded?: ((data: Data) => boolean) | undefined;
  /** Whether a failure may pass by itself. */
  readonly isRetryable: (error: unknown) => boolean;
  /** How long the service asked to be left alone after a failure, in ms. */
  readonly leastWait: (error: unknown) => number;
  readonly isHidden: () => boolean;
  readonly onLook: (look: Look<Data>) => void;
}

export interface Poller {
  /** Looks at once. */
  look(): void;
  /** Does now what it waits for, unless the service asked for the wait. What has ended is not looked at again. */
  lookIfWaiting(): void;
  stop(): void;
}

export const NO_LOOK: Look<never> = { data: undefined, at: undefined, error: undefined, nextAt: undefined };

/** Looks at something again and again. */
export function startPoller<Data>(options: PollerOptions<Data>): Poller {
  const { load, everyMs, hasEnded = () => false, isRetryable, leastWait, isHidden, onLook } = options;
  let look: Look<Data> = NO_LOOK;
  let failures = 0;
  /** The service asked to be left alone until then, epoch ms. */
  let quietUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  function tell(change: Partial<Look<Data>>) {
    look = { ...look, ...change };
    onLook(look);
  }

  function waitAgain(leastMs = 0): number {
    const delayMs = Math.max(leastMs, pollDelay({ everyMs, failures, isHidden: isHidden() }));
    timer = setTimeout(run, delayMs);
    return Date.now() + delayMs;
  }

  async function run() {
    clearTimeout(timer);
    running?.abort();
    const own = new AbortController();
    running = own;
    if (look.nextAt !== undefined) tell({ nextAt: undefined });
    try {
      const data = await load(own.signal);
      if (own.signal.aborted) return;
      failures = 0;
      tell({ data, at: Date.now(), error: undefined, nextAt: hasEnded(data) ? undefined : waitAgain() });
    } catch (error) {
      if (own.signal.aborted) return;
      failures++;
      const leastMs = leastWait(error);
      quietUntil = Date.now() + leastMs;
      tell({ error, nextAt: isRetryable(error) ? waitAgain(leastMs) : undefined });
    }
  }

  void run();
  return {
    look: () => void run(),
    lookIfWaiting: () => {
      if (look.nextAt !== undefined && Date.now() >= quietUntil) void run();
    },
    stop() {
      clearTimeout(timer);
      running?.abort();
    },
  };
}
