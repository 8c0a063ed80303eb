import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionPlan } from '../service-plan.ts';
import type { ChildMessage, FunctionError, InvokeMessage } from './messages.ts';

/** The result of an invocation: the handler's result as JSON text, or an error. */
export type InvocationResult = { readonly payload: string } | { readonly error: FunctionError };

export interface ExecutionEnvironmentOptions {
  readonly plan: FunctionPlan;
  /** All environment variables of the process: none is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  /** Called with each line that the function writes. */
  readonly log: (line: string) => void;
}

/** A child process that handles one event at a time, like an execution environment of Lambda. */
export interface ExecutionEnvironment {
  /** One at a time. Never rejects. */
  invoke(event: string): Promise<InvocationResult>;
  /** Resolves when its bundle is loaded, or could not be. */
  readonly started: Promise<unknown>;
  /** Whether it can handle another event. False after a timeout or a crash. */
  readonly isUsable: boolean;
  /** Kills the process at once. */
  kill(): void;
  /** Resolves when the process has ended and all its output was read. */
  readonly ended: Promise<void>;
}

type Heard = ChildMessage | { readonly kind: 'exited'; readonly how: string } | { readonly kind: 'late' };

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.ts');
/** The bootstrap takes it out of the function's variables. A third of the CPU of a start is saved. */
const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.cache/compiled') };
/** Lambda's own limits. */
const INIT_SECONDS = 10;
const MAX_RESPONSE_BYTES = 6_291_556;

/**
 * Unlike Lambda's, this environment is not frozen between two events: work that a handler leaves running continues.
 */
export function startExecutionEnvironment({ plan, variables, log }: ExecutionEnvironmentOptions): ExecutionEnvironment {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${plan.memoryMb}`, BOOTSTRAP, plan.bundle, plan.handler],
    // Its own process group, so that Ctrl-C does not interrupt a running invocation.
    { env: { ...variables, ...COMPILE_CACHE }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const ended = readOutput(child, log);
  const listen = createListener(child);
  const started = listen();
  let isUsable = true;
  void ended.then(() => {
    isUsable = false;
  });

  async function invoke(event: string): Promise<InvocationResult> {
    const requestId = randomUUID();
    const init = await within(INIT_SECONDS, started);
    if (init.kind !== 'ready') return giveUp(requestId, init, INIT_SECONDS);
    const heard = listen();
    const message: InvokeMessage = { requestId, deadline: Date.now() + plan.timeoutSeconds * 1000, event };
    // If the channel is closed already, the exit event reports it.
    child.send(message, () => {});
    const reply = await within(plan.timeoutSeconds, heard);
    if (reply.kind === 'returned') return checkSize(reply.payload);
    if (reply.kind === 'threw') return report(reply.error);
    return giveUp(requestId, reply, plan.timeoutSeconds);
  }

  function giveUp(requestId: string, heard: Heard, seconds: number): InvocationResult {
    isUsable = false;
    if (heard.kind === 'crashed') return report(heard.error);
    if (heard.kind === 'late') child.kill('SIGKILL');
    const error = heard.kind === 'exited' ? exitError(heard.how) : timeoutError(seconds);
    return report({ ...error, errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}` });
  }

  /** Lambda itself writes an error to the function's log. */
  function report(error: FunctionError): InvocationResult {
    log(JSON.stringify({ level: 'error', message: 'Invoke Error', ...error }));
    return { error };
  }

  return {
    invoke,
    started,
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

/** @returns a function that resolves with the child's next message, or with its exit */
function createListener(child: ChildProcess): () => Promise<Heard> {
  let exited: Heard | undefined;
  let notify = (_heard: Heard) => {};
  child.on('message', (message: ChildMessage) => notify(message));
  child.on('exit', (code, signal) => {
    exited = { kind: 'exited', how: describeExit(code, signal) };
    // A last message may still have to be read.
    setImmediate(() => notify(exited as Heard));
  });
  return () => {
    const { promise, resolve } = Promise.withResolvers<Heard>();
    notify = resolve;
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

function checkSize(payload: string): InvocationResult {
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return { payload };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
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
