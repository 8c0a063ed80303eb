import type { Context } from 'aws-lambda';
import type { Journal } from '../facts.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { createEnvironment, type Environment, type Invocation, type Mishap, runAs } from './lambda/environment.ts';

export type InvocationResult =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** A handler as middy calls it. */
export type Handler = (event: never, context: Context, options: { readonly signal: AbortSignal }) => Promise<unknown>;

export interface LambdaOptions {
  readonly name: string;
  readonly timeoutMs: number;
  /** Loads the function's module into a new environment. */
  readonly boot: (environment: Environment) => Handler;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
  /** Whether the clocks of its environments are set now and then, also during an invocation. */
  readonly clocksJump?: boolean;
  /** What befalls the next invocation, if anything does. */
  readonly mishapOf: () => Mishap | undefined;
  /** Shared by all functions, so that every invocation has a number of its own. */
  readonly nextInvocation: () => number;
}

export interface Lambda {
  /** @param text what it is about, for the journal */
  invoke(event: unknown, text: string): { readonly invocation: number; readonly response: Promise<InvocationResult> };
  /** Ends all environments for good, so that nothing of them is kept in memory. */
  dispose(): void;
}

/** middy cuts a handler off this long before Lambda would end the process. */
const CUT_OFF_BEFORE_MS = 5;
/** Containers' clocks differ by so much at most, either way. */
const MAX_SKEW_MS = 3000;
/** The clock is set in so many of 1 invocations, within its first seconds. */
const JUMP_SHARE = 0.05;
const JUMPS_WITHIN_MS = 10_000;
/** An environment without work is given up after so many ms at most. */
const MAX_IDLE_MS = 45 * 60_000;

interface Warm {
  readonly environment: Environment;
  readonly handler: Handler;
  /** Ends the invocation under way, if there is one. */
  end?: (response: InvocationResult) => void;
  idleUntil: number;
}

/** A Lambda function: environments are started when none is free, run one invocation at a time, and are used again. */
export function createLambda({ name, timeoutMs, boot, scheduler, journal, chance, ...options }: LambdaOptions): Lambda {
  let free: Warm[] = [];
  const environments: Environment[] = [];
  const signals: AbortController[] = [];

  function start(): Warm {
    const onDeath = () => {
      // A process that crashed is noticed soon; one that hangs, when its time is over.
      const noticedIn = chance.yes(0.7) ? chance.whole(5, 300) : timeoutMs;
      scheduler.after(noticedIn, () => warm.end?.({ kind: 'failed', reason: 'the process crashed' }));
    };
    const skewMs = chance.yes(0.5) ? 0 : drawSkew();
    const environment = createEnvironment({
      name: `${name}-${environments.length + 1}`,
      skewMs,
      scheduler,
      journal,
      onDeath,
    });
    environments.push(environment);
    const warm: Warm = { environment, handler: boot(environment), idleUntil: 0 };
    return warm;
  }

  const drawSkew = () => chance.whole(-MAX_SKEW_MS, MAX_SKEW_MS);

  function setClockSoon(environment: Environment): void {
    if (options.clocksJump !== true || !chance.yes(JUMP_SHARE)) return;
    scheduler.after(chance.whole(0, JUMPS_WITHIN_MS), () => environment.setClock(drawSkew()));
  }

  function takeWarm(): Warm | undefined {
    // What a frozen one had on its way may still end it.
    free = free.filter(({ environment, idleUntil }) => idleUntil > scheduler.now() && !environment.isDead());
    return free.pop();
  }

  async function run(invocation: Invocation, warm: Warm, event: unknown, text: string): Promise<InvocationResult> {
    const { environment, handler } = warm;
    const deadline = scheduler.now() + timeoutMs;
    const cutting = new AbortController();
    signals.push(cutting);
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const cutOff = () => {
      invocation.hasEnded = true;
      journal.note({ kind: 'cut_off', invocation: invocation.id });
      cutting.abort();
      // What the signal wakes still runs before Lambda freezes the process.
      scheduler.after(1, () => resolve({ kind: 'failed', reason: 'cut off before its deadline' }));
    };
    const cancel = scheduler.after(timeoutMs - CUT_OFF_BEFORE_MS, () => environment.isDead() || cutOff());
    warm.end = resolve;
    environment.thaw(invocation.id);
    setClockSoon(environment);
    journal.note({ kind: 'began', invocation: invocation.id, environment: environment.name, text });
    const context = { getRemainingTimeInMillis: () => deadline - scheduler.now() } as Context;
    runAs(invocation, () => handler(event as never, context, { signal: cutting.signal })).then(
      (value) => environment.isDead() || resolve({ kind: 'answered', value }),
      (error: unknown) => environment.isDead() || resolve({ kind: 'failed', reason: String(error) }),
    );
    const response = await promise;
    cancel();
    invocation.hasEnded = true;
    const end = response.kind === 'answered' ? 'answered' : response.reason;
    journal.note({ kind: 'ended', invocation: invocation.id, text: end });
    environment.freeze();
    if (!environment.isDead()) free.push(warm);
    warm.idleUntil = scheduler.now() + chance.whole(60_000, MAX_IDLE_MS);
    return response;
  }

  async function begin(id: number, event: unknown, text: string): Promise<InvocationResult> {
    await scheduler.sleep(chance.whole(2, 20));
    const warm = takeWarm() ?? start();
    const { environment } = warm;
    return run({ id, environment, mishap: options.mishapOf(), steps: 0, hasEnded: false }, warm, event, text);
  }

  return {
    invoke(event, text) {
      const invocation = options.nextInvocation();
      return { invocation, response: begin(invocation, event, text) };
    },
    // Node keeps every signal made of others (AbortSignal.any) that is listened to, and all that its listeners know, until it
    // aborts. A process that ends lets go of them; here thousands of processes live in one.
    dispose() {
      for (const environment of environments) environment.discard();
      // With a reason, so that no error is made for each.
      for (const signal of signals) signal.abort('the run is over');
    },
  };
}
