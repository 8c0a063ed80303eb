import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../service/context.ts';
import { type Failure, failureOf } from '../service/failure.ts';
import { type Look, NO_LOOK, type Poller, startPoller } from './poller.ts';

export interface Poll<Data> {
  readonly data: Data | undefined;
  /** Whether the data is of the key before, until that of this one is there. */
  readonly isOfBefore: boolean;
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
  readonly isOver?: (data: Data) => boolean;
  /** Whether what was read under one key is shown until there is something under the next, so that nothing jumps. */
  readonly keepsData?: boolean;
}

/** A person at their own machine waits for each change; a deployed service is asked more rarely. */
const EVERY_MS = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname) ? 2000 : 10_000;

/** Reads something as long as it is shown. */
export function usePoll<Data>({ key, load, isOver, keepsData }: PollOptions<Data>): Poll<Data> {
  const { onSessionEnd } = useSignedIn();
  const [{ look, of }, setLook] = useState<{ look: Look<Data>; of: string }>({ look: NO_LOOK, of: key });
  const poller = useRef<Poller>(undefined);
  // The latest functions, without a new start for each rendering.
  const latest = useRef({ load, isOver });
  latest.current = { load, isOver };

  useEffect(() => {
    const started = startPoller<Data>({
      load: (signal) => latest.current.load(signal),
      everyMs: EVERY_MS,
      isOver: (data) => latest.current.isOver?.(data) ?? false,
      isPassing: (error) => failureOf(error).isPassing,
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
    const lookWhenShown = () => !document.hidden && started.look();
    document.addEventListener('visibilitychange', lookWhenShown);
    return () => {
      document.removeEventListener('visibilitychange', lookWhenShown);
      started.stop();
    };
  }, [key]);

  const isOfBefore = of !== key;
  const { data, at, error, nextAt } = isOfBefore && !keepsData ? NO_LOOK : look;
  const failure = error === undefined ? undefined : failureOf(error);
  return { data, isOfBefore, at, failure, nextAt, look: () => poller.current?.look() };
}
