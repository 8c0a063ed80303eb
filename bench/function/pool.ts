import { type Execution, startExecution, type Variant } from './execution.ts';

/** Environments of one function, each with one invocation at a time, as Lambda has them. */
export interface Pool {
  /** In an environment that is idle. @throws Error when there is none: Lambda would start one, and the call would wait for its INIT */
  ask(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPool(variant: Variant, runtime: string, size: number): Promise<Pool> {
  const executions = await Promise.all(Array.from({ length: size }, () => startExecution(variant, runtime)));
  const idle: Execution[] = [...executions];
  return {
    async ask(event) {
      const execution = idle.pop();
      if (execution === undefined) throw new Error(`all ${size} environments are busy`);
      try {
        return await execution.ask(event);
      } finally {
        idle.push(execution);
      }
    },
    async stop() {
      for (const { stop } of executions) await stop();
    },
  };
}
