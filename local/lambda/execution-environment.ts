import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionPlan } from '../service-plan.ts';
import type { ChildMessage, FunctionError, InvokeMessage } from './messages.ts';

/** What an invocation comes to: the handler's answer as JSON text, or why there is none. */
export type Answer = { readonly payload: string } | { readonly error: FunctionError };

export interface ExecutionEnvironmentOptions {
  readonly plan: FunctionPlan;
  /** The process's whole environment: nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  /** Takes each line that the function writes. */
  readonly log: (line: string) => void;
}

/** A child process that handles one event at a time, as one of Lambda's execution environments does. */
export interface ExecutionEnvironment {
  /** One at a time. Never rejects. */
  invoke(event: string): Promise<Answer>;
  /** Whether it can take another event: not once it ran out of time or crashed. */
  readonly isUsable: boolean;
  /** Ends the process at once, whatever it is doing. */
  kill(): void;
  /** Resolves when the process has ended and all its output was read. */
  readonly ended: Promise<void>;
}

type Heard = ChildMessage | { readonly kind: 'exited'; readonly how: string } | { readonly kind: 'late' };

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.ts');
/** Lambda's own limits. */
const INIT_SECONDS = 10;
const MAX_ANSWER_BYTES = 6_291_556;

/**
 * Unlike Lambda's, this environment is not frozen between two events: what a handler leaves running goes on.
 */
export function startExecutionEnvironment({ plan, variables, log }: ExecutionEnvironmentOptions): ExecutionEnvironment {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${plan.memoryMb}`, BOOTSTRAP, plan.bundle, plan.handler],
    // Its own process group: Ctrl-C is for the one who started this, and must not cut off an invocation under way.
    { env: variables, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const ended = readOutput(child, log);
  const listen = createListener(child);
  const started = listen();
  let isUsable = true;
  ended.then(() => {
    isUsable = false;
  });

  async function invoke(event: string): Promise<Answer> {
    const requestId = randomUUID();
    const init = await within(INIT_SECONDS, started);
    if (init.kind !== 'ready') return giveUp(requestId, init, INIT_SECONDS);
    const heard = listen();
    const message: InvokeMessage = { requestId, deadline: Date.now() + plan.timeoutSeconds * 1000, event };
    // A channel that is closed already is told by the exit.
    child.send(message, () => {});
    const reply = await within(plan.timeoutSeconds, heard);
    if (reply.kind === 'answered') return checkSize(reply.payload);
    if (reply.kind === 'threw') return report(reply.error);
    return giveUp(requestId, reply, plan.timeoutSeconds);
  }

  function giveUp(requestId: string, heard: Heard, seconds: number): Answer {
    isUsable = false;
    if (heard.kind === 'crashed') return report(heard.error);
    if (heard.kind === 'late') child.kill('SIGKILL');
    const error = heard.kind === 'exited' ? exitError(heard.how) : timeoutError(seconds);
    return report({ ...error, errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}` });
  }

  /** Lambda itself writes an error into the function's log. */
  function report(error: FunctionError): Answer {
    log(JSON.stringify({ level: 'error', message: 'Invoke Error', ...error }));
    return { error };
  }

  return {
    invoke,
    get isUsable() {
      return isUsable;
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

function readOutput(child: ChildProcess, log: (line: string) => void): Promise<void> {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', log);
  }
  return once(child, 'close').then(() => {});
}

/** @returns a function whose every call gives what is heard next from the child, or of its end */
function createListener(child: ChildProcess): () => Promise<Heard> {
  let exited: Heard | undefined;
  let tell = (_heard: Heard) => {};
  child.on('message', (message: ChildMessage) => tell(message));
  child.on('exit', (code, signal) => {
    exited = { kind: 'exited', how: describeExit(code, signal) };
    // After a last message that is still to be read.
    setImmediate(() => tell(exited as Heard));
  });
  return () => {
    const { promise, resolve } = Promise.withResolvers<Heard>();
    tell = resolve;
    if (exited !== undefined) resolve(exited);
    return promise;
  };
}

async function within(seconds: number, heard: Promise<Heard>): Promise<Heard> {
  const timer = new AbortController();
  const late = sleep(seconds * 1000, { kind: 'late' } as const, { signal: timer.signal });
  try {
    return await Promise.race([heard, late]);
  } finally {
    late.catch(() => {});
    timer.abort();
  }
}

function checkSize(payload: string): Answer {
  if (Buffer.byteLength(payload) <= MAX_ANSWER_BYTES) return { payload };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
  return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function timeoutError(seconds: number): FunctionError {
  return { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${seconds.toFixed(2)} seconds` };
}

function exitError(how: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: how };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}
