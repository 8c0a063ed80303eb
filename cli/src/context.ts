import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadStream } from 'node:tty';
import { type CallbackClient, createCallbackClient } from '../../client/src/callback.ts';
import { type Client, createClient } from '../../client/src/create-client.ts';
import type { GlobalOptions } from './global-options.ts';
import { type Connection, findConnection } from './profile/connection.ts';
import { createOutput, type Output } from './terminal/output.ts';

/** What a command works with. */
export interface Context {
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly stdin: NodeJS.ReadableStream & Pick<ReadStream, 'isTTY'>;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts with the first Ctrl-C. */
  readonly signal: AbortSignal;
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

export function createContext(options: GlobalOptions, signal: AbortSignal): Context {
  const { env } = process;
  const connection = () => findConnection(options, env);
  return {
    options,
    output: createOutput(process.stdout, process.stderr, options),
    stdin: process.stdin,
    env,
    signal,
    now: Date.now,
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted()),
    connection,
    client: () => createClient({ ...connection(), retries: RETRIES }),
    callbacks: () => createCallbackClient({ ...connection(), retries: RETRIES }),
  };
}
