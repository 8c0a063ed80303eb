import { setTimeout as sleep } from 'node:timers/promises';
import { type CallbackClient, createCallbackClient } from '../../client/src/callback.ts';
import { type Client, createClient } from '../../client/src/create-client.ts';
import type { GlobalOptions } from './global-options.ts';
import { type Connection, findConnection } from './profile/connection.ts';
import { createOutput, type Output } from './terminal/output.ts';
import type { Stream } from './terminal/text.ts';

/** The process that a command runs in. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts with the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command works with. */
export interface Context extends Pick<Surroundings, 'stdin' | 'env' | 'signal'> {
  readonly options: GlobalOptions;
  readonly output: Output;
  now(): number;
  /** @throws the signal's reason when it aborts */
  sleep(ms: number): Promise<void>;
  /** @throws CommandError when no profile says where the service is */
  connection(): Connection;
  client(): Client;
  callbacks(): CallbackClient;
}

/** A person waits, and can repeat the command. */
const RETRIES = 2;

export function createContext(options: GlobalOptions, { stdin, stdout, stderr, env, signal }: Surroundings): Context {
  const connection = () => findConnection(options, env);
  return {
    options,
    output: createOutput(stdout, stderr, options),
    stdin,
    env,
    signal,
    now: Date.now,
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted()),
    connection,
    client: () => createClient({ ...connection(), retries: RETRIES }),
    callbacks: () => createCallbackClient({ ...connection(), retries: RETRIES }),
  };
}
