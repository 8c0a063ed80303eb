import { join } from 'node:path';
import { type ApiFront, startApiFront } from './api-front.ts';
import { type EventBus, startEventBus } from './event-bus.ts';
import { createDeferredGuard, type DeferredGuard } from './guard.ts';
import { claimDirectory, openKept } from './keep.ts';
import { claimPort, OFFSETS } from './ports.ts';
import { type Queues, startQueues } from './queues.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox/server.ts';
import { type SecretsManager, startSecretsManager } from './secrets-manager.ts';
import { startTables, type Tables } from './tables.ts';

/** All servers that the functions call, and the HTTP API in front of them. */
export interface Servers {
  readonly api: ApiFront;
  readonly queues: Queues;
  readonly tables: Tables;
  readonly secrets: SecretsManager;
  readonly events: EventBus;
  /** The stand-in for the Autoenhance endpoint; undefined with the real one. */
  readonly sandbox: Sandbox | undefined;
  /** Checks the permissions of calls to all servers except the sandbox. */
  readonly guard: DeferredGuard;
  /** Closes the servers one after the other, callers before those that they call. */
  close(): Promise<void>;
}

export interface ServersOptions {
  /** Of the HTTP API. The others use the next ones. 0 for any free ports. */
  readonly port: number;
  readonly keep: string | undefined;
  readonly sandbox: SandboxOptions | undefined;
}

/** @throws PortInUse, DirectoryInUse, UnusableDirectory or UnreadableFile, after closing the servers that had started */
export async function startServers({ port, keep, sandbox }: ServersOptions): Promise<Servers> {
  const release = keep === undefined ? () => {} : claimDirectory(keep);
  const next = (server: keyof typeof OFFSETS) => (port === 0 ? 0 : port + OFFSETS[server]);
  const below = (name: string) => (keep === undefined ? undefined : join(keep, name));
  const guard = createDeferredGuard();
  // In the order of closing: the queues' server reports uploads to the event bus.
  const starting = [
    startApiFront({ port }),
    sandbox &&
      claimPort('the sandbox', next('sandbox'), () =>
        createSandbox({ ...sandbox, port: next('sandbox'), keep: below('sandbox') }),
      ),
    openKept(below('queues'), () => startQueues({ port: next('sqs'), keep: below('queues'), guard })),
    openKept(below('events'), () => startEventBus({ port: next('eventBridge'), keep: below('events'), guard })),
    startTables({ port: next('dynamodb'), keep: below('ledger'), guard }),
    claimPort('Secrets Manager', next('secretsManager'), () =>
      startSecretsManager({ secrets: {}, port: next('secretsManager'), guard }),
    ),
  ] as const;
  const started = await Promise.allSettled(starting);
  const close = async () => {
    for (const server of started) if (server.status === 'fulfilled') await server.value?.close();
    release();
  };
  const failed = started.find((server) => server.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const [api, endpoint, queues, events, tables, secrets] = await Promise.all(starting);
  return { api, queues, tables, secrets, events, sandbox: endpoint, guard, close };
}
