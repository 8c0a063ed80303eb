import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../service/context.ts';
import { type Failure, failureOf } from '../service/failure.ts';
import { usualDelay } from './delay.ts';
import { NO_LOOK, type Poller, startPoller } from './poller.ts';
import { type KeyedLook, keptLook, shownLook } from './shown-look.ts';

export interface Poll<Data> {
  readonly data: Data | undefined;
  /** Whether the data is of the key before, until that of this one is there. */
  readonly isOfOldKey: boolean;
  /** When the data was read, epoch ms. */
  readonly at: number | undefined;
  readonly failure: Failure | undefined;
  /** When it is read next, epoch ms. */
  readonly nextAt: number | undefined;
  /** Reads it at once. */
  look(): void;
}

export interface PollOptions<Data> {
  /** What is read. */
  readonly key: string;
  readonly load: (signal: AbortSignal) => Promise<Data>;
  /** Whether nothing changes any more. */
  readonly hasEnded?: (data: Data) => boolean;
  /** Whether what was read under one key is shown until there is something under the next, so that nothing jumps. */
  readonly keepsData?: boolean;
}

/** Reads something as long as it is shown. */
export function usePoll<Data>({ key, load, hasEnded, keepsData = false }: PollOptions<Data>): Poll<Data> {
  const { onSessionEnd } = useSignedIn();
  const [kept, keep] = useState<KeyedLook<Data>>({ look: NO_LOOK, of: key });
  const poller = useRef<Poller>(undefined);
  // The latest functions, without a new start for each rendering.
  const latest = useRef({ load, hasEnded });
  latest.current = { load, hasEnded };

  useEffect(() => {
    const started = startPoller<Data>({
      load: (signal) => latest.current.load(signal),
      everyMs: usualDelay(location.hostname),
      hasEnded: (data) => latest.current.hasEnded?.(data) ?? false,
      isRetryable: (error) => failureOf(error).isRetryable,
      leastWait: (error) => (failureOf(error).retryAfter ?? 0) * 1000,
      isHidden: () => document.hidden,
      onLook: (look) => {
        keep((before) => keptLook(before, { look, of: key }, keepsData));
        if (look.error !== undefined && failureOf(look.error).status === 401) onSessionEnd();
      },
    });
    poller.current = started;
    const lookWhenShown = () => !document.hidden && started.lookIfWaiting();
    document.addEventListener('visibilitychange', lookWhenShown);
    addEventListener('online', started.lookIfWaiting);
    return () => {
      removeEventListener('online', started.lookIfWaiting);
      document.removeEventListener('visibilitychange', lookWhenShown);
      started.stop();
    };
  }, [key]);

  const { data, at, error, nextAt } = shownLook(kept, key, keepsData);
  const failure = error === undefined ? undefined : failureOf(error);
  return { data, isOfOldKey: kept.of !== key, at, failure, nextAt, look: () => poller.current?.look() };
}
