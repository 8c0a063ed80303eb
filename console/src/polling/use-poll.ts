import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../service/context.ts';
import { type Failure, failureOf } from '../service/failure.ts';
import { usualDelay } from './delay.ts';
import { type Look, NO_LOOK, type Poller, startPoller } from './poller.ts';

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
export function usePoll<Data>({ key, load, hasEnded, keepsData }: PollOptions<Data>): Poll<Data> {
  const { onSessionEnd } = useSignedIn();
  const [{ look, of }, setLook] = useState<{ look: Look<Data>; of: string }>({ look: NO_LOOK, of: key });
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
      isHidden: () => document.hidden,
      onLook: (look) => {
        setLook((before) => {
          const isFirst = look.data === undefined && look.error === undefined;
          return keepsData && isFirst ? before : { look, of: key };
        });
        if (look.error !== undefined && failureOf(look.error).status === 401) onSessionEnd();
      },
    });
    poller.current = started;
    const lookWhenShown = () => !document.hidden && started.lookIfWaiting();
    document.addEventListener('visibilitychange', lookWhenShown);
    return () => {
      document.removeEventListener('visibilitychange', lookWhenShown);
      started.stop();
    };
  }, [key]);

  const isOfOldKey = of !== key;
  const { data, at, error, nextAt } = isOfOldKey && !keepsData ? NO_LOOK : look;
  const failure = error === undefined ? undefined : failureOf(error);
  return { data, isOfOldKey, at, failure, nextAt, look: () => poller.current?.look() };
}
