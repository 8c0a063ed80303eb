import { type Execution, startExecution, type Variant } from './execution.ts';

/** Environments of one function, each with one invocation at a time. */
export interface Pool {
  /** In an environment that is idle. While there is none, the call waits; Lambda would start another one. */
  ask(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPool(variant: Variant, runtime: string, size: number): Promise<Pool> {
  const executions = await Promise.all(Array.from({ length: size }, () => startExecution(variant, runtime)));
  const idle = [...executions];
  const waiting: ((execution: Execution) => void)[] = [];

  function free(execution: Execution): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(execution);
    else next(execution);
  }

  return {
    async ask(event) {
      const execution = idle.pop() ?? (await new Promise<Execution>((resolve) => waiting.push(resolve)));
      try {
        return await execution.ask(event);
      } finally {
        free(execution);
      }
    },
    async stop() {
      for (const { stop } of executions) await stop();
    },
  };
}
