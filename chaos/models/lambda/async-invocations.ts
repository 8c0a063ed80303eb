import type { Chance } from '../../random.ts';
import type { Scheduler } from '../../scheduler.ts';
import type { Lambda } from '../lambda.ts';

export interface AsyncInvocationsParts {
  readonly lambda: Pick<Lambda, 'invoke'>;
  /** How often an event that failed is handed over once more. */
  readonly retries: number;
  /** So many of 1 events come twice. */
  readonly twiceShare: number;
  /** So many of 1 come minutes late; so their order is none. */
  readonly lateShare: number;
  /** Called with what failed each time. */
  readonly onFailed: (event: unknown, text: string) => void;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
}

/** Hands over an event, which nobody waits for. @param text what it is about, for the journal */
export type HandOver = (event: unknown, text: string) => void;

const LATEST_MS = 20 * 60_000;
/** Lambda waits a minute before it repeats an event, and two before it does so again. */
const RETRY_AFTER_MS = 60_000;

/** Lambda's asynchronous invocations of a function, and EventBridge before them: each event comes at least once, at any time. */
export function createAsyncInvocations(parts: AsyncInvocationsParts): HandOver {
  const { lambda, retries, twiceShare, lateShare, onFailed, scheduler, chance } = parts;

  async function deliver(event: unknown, text: string): Promise<void> {
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      if (attempt > 0) await scheduler.sleep(RETRY_AFTER_MS * attempt);
      const response = await lambda.invoke(event, text).response;
      if (response.kind === 'answered') return;
    }
    onFailed(event, text);
  }

  return (event, text) => {
    const times = chance.yes(twiceShare) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const ms = chance.yes(lateShare) ? chance.whole(0, LATEST_MS) : chance.whole(30, 3000);
      scheduler.after(ms, () => void deliver(event, text));
    }
  };
}
