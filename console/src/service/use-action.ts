import { useRef, useState } from 'preact/hooks';
import { useSignedIn } from './context.ts';
import { type Failure, failureOf } from './failure.ts';

export interface Action<Args extends readonly unknown[]> {
  /** Does it, unless it is being done. */
  run(...args: Args): void;
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  clear(): void;
}

/** Something that a person asked for: once at a time, and with its failure in words. */
export function useAction<Args extends readonly unknown[]>(act: (...args: Args) => Promise<void>): Action<Args> {
  const { onSessionEnd } = useSignedIn();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  // Two clicks come before the first is rendered.
  const running = useRef(false);
  async function run(...args: Args) {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await act(...args);
    } catch (error) {
      const failed = failureOf(error);
      setFailure(failed);
      if (failed.status === 401) onSessionEnd();
    } finally {
      running.current = false;
      setBusy(false);
    }
  }
  return { run: (...args) => void run(...args), isBusy, failure, clear: () => setFailure(undefined) };
}
