import { AsyncLocalStorage } from 'node:async_hooks';
import type { Journal } from '../../facts.ts';
import type { Scheduler } from '../../scheduler.ts';

/** What befalls an invocation at its nth step out of its process. */
export interface Mishap {
  readonly step: number;
  /** Its process dies before the step takes effect, or right after; or nothing reaches it any more for a while. */
  readonly kind: 'dies_before' | 'dies_after' | 'stalls';
  /** How long it stalls. */
  readonly ms: number;
}

/** One run of a handler. */
export interface Invocation {
  readonly id: number;
  readonly environment: Environment;
  readonly mishap: Mishap | undefined;
  /** Steps out of the process that it has begun. */
  steps: number;
  /** It was answered, cut off or killed: from here on nothing of it may begin. */
  hasEnded: boolean;
}

const running = new AsyncLocalStorage<Invocation>();

/** Runs something as a part of an invocation: whatever it awaits, what comes after stays a part of it. */
export function runAs<Result>(invocation: Invocation, run: () => Result): Result {
  return running.run(invocation, run);
}

/** The invocation that the running code belongs to, also when it wakes up during another one. */
function currentInvocation(): Invocation {
  const invocation = running.getStore();
  if (invocation === undefined) throw new Error('this code belongs to no invocation');
  return invocation;
}

/**
 * An execution environment: a process that Lambda freezes whenever no invocation runs in it. What would reach it then (an
 * response, a timer) reaches it during its next invocation; what would reach a dead one never does.
 */
export interface Environment {
  readonly name: string;
  /** How far its clock is ahead, in ms. */
  readonly skewMs: number;
  /** Sets its clock. */
  setClock(skewMs: number): void;
  isDead(): boolean;
  deliver(run: () => void): void;
  /**
   * Counts a step out of the process. Undefined when there is none, since the environment is dead, or dies of it.
   * @param what for the journal
   */
  beginStep(what: string): Step | undefined;
  freeze(): void;
  /** @param invocation the one that begins */
  thaw(invocation: number): void;
  /** @param poison the request that does it */
  kill(reason: string, poison?: string): void;
  /** Dies unnoticed, when the run is over. */
  discard(): void;
}

export interface Step {
  readonly invocation: Invocation;
  /** To be called when the step has taken effect. */
  tookEffect(): void;
}

export interface EnvironmentParts {
  readonly name: string;
  readonly skewMs: number;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  /** Called once, when it dies. */
  readonly onDeath: () => void;
}

export function createEnvironment({ name, scheduler, journal, onDeath, ...parts }: EnvironmentParts): Environment {
  let { skewMs } = parts;
  let state: 'running' | 'frozen' | 'dead' = 'frozen';
  let late: (() => void)[] = [];
  let served = 0;
  let stalledUntil = 0;

  function deliver(run: () => void): void {
    if (state === 'frozen') late.push(run);
    if (state !== 'running') return;
    const left = stalledUntil - scheduler.now();
    if (left > 0) scheduler.after(left, () => deliver(run));
    else run();
  }

  function kill(reason: string, poison?: string): void {
    if (state === 'dead') return;
    state = 'dead';
    journal.note({ kind: 'killed', invocation: served, text: reason, ...(poison !== undefined && { poison }) });
    onDeath();
  }

  function beginStep(what: string): Step | undefined {
    if (state === 'dead') return undefined;
    const invocation = currentInvocation();
    if (invocation.hasEnded) journal.note({ kind: 'began_too_late', invocation: invocation.id, what });
    invocation.steps += 1;
    const mishap = !invocation.hasEnded && invocation.mishap?.step === invocation.steps ? invocation.mishap : undefined;
    if (mishap?.kind === 'dies_before') {
      kill(`before ${what}`);
      return undefined;
    }
    if (mishap?.kind === 'stalls') stall(invocation.id, mishap.ms);
    return { invocation, tookEffect: () => mishap?.kind === 'dies_after' && kill(`after ${what}`) };
  }

  function stall(invocation: number, ms: number): void {
    stalledUntil = scheduler.now() + ms;
    journal.note({ kind: 'stalled', invocation, ms });
  }

  return {
    name,
    get skewMs() {
      return skewMs;
    },
    setClock(ms) {
      skewMs = ms;
    },
    isDead: () => state === 'dead',
    deliver,
    beginStep,
    kill,
    discard() {
      state = 'dead';
      late = [];
    },
    freeze() {
      if (state === 'running') state = 'frozen';
    },
    thaw(invocation) {
      state = 'running';
      served = invocation;
      for (const run of late) scheduler.after(1, () => deliver(run));
      late = [];
    },
  };
}
