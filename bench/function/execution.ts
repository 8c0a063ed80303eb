import { type ChildProcess, spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { SQSBatchResponse } from 'aws-lambda';
import { cpuMs } from '../machine/cpu-time.ts';
import { onFunctionCore } from '../machine/pinning.ts';
import { heapFlags } from './heap-flags.ts';
import { startRuntimeApi } from './runtime-api.ts';

/** What is run: a deployed bundle or an anchor. */
export interface Variant {
  readonly name: string;
  /** The folder that a deploy would zip. */
  readonly folder: string;
  /** `file.export`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
}

export interface Execution {
  readonly pid: number;
  /** From the start of the process until it asked for its first event. */
  readonly initMs: number;
  /** One at a time. @throws Error with what the handler threw */
  ask(event: unknown): Promise<unknown>;
  /** The same. @throws Error also when something was left undone or refused: what that costs is not what is measured */
  invoke(event: unknown): Promise<unknown>;
  /** CPU that the process has used so far. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Lambda's own runtime client refuses to begin without these. */
const LAMBDA = {
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
  TZ: 'UTC',
};

const LOOP = join(import.meta.dirname, 'loop.mjs');

/**
 * A fresh process with a variant in it, ready for its first event.
 * @param runtime a Node binary, or an executable named `bootstrap` that speaks Lambda's Runtime API by itself
 */
export async function startExecution(variant: Variant, runtime: string): Promise<Execution> {
  const api = await startRuntimeApi();
  const env = {
    ...variant.environment,
    _HANDLER: variant.handler,
    LAMBDA_TASK_ROOT: variant.folder,
    AWS_LAMBDA_RUNTIME_API: api.address,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(variant.memoryMb),
    ...LAMBDA,
  };
  const args = basename(runtime) === 'bootstrap' ? [] : [...heapFlags(variant.memoryMb), '--expose-gc', LOOP];
  const [file = '', ...rest] = onFunctionCore([runtime, ...args]);
  const startedAt = performance.now();
  const child = spawn(file, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = watch(child, api.fail);
  await api.ready;
  const initMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  return {
    pid,
    initMs,
    ask: api.invoke,
    invoke: async (event) => done(await api.invoke(event)),
    cpuMs: () => cpuMs(pid),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      api.close();
    },
  };
}

/** Ms that an invocation takes. */
export async function timed(execution: Execution, event: unknown): Promise<number> {
  const startedAt = performance.now();
  await execution.invoke(event);
  return performance.now() - startedAt;
}

function done(answer: unknown): unknown {
  const { batchItemFailures = [], statusCode = 200 } = answer as Partial<SQSBatchResponse & { statusCode: number }>;
  if (batchItemFailures.length === 0 && statusCode < 400) return answer;
  throw new Error(`the function did not do what it was asked for: ${JSON.stringify(answer)}`);
}

/** Resolves when the process has ended. */
function watch(child: ChildProcess, fail: (error: Error) => void): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      fail(new Error(`the function's process ended (${code ?? signal}): ${said.slice(-2000)}`));
      resolve();
    });
  });
}
