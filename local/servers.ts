import { join } from 'node:path';
import { type ApiFront, startApiFront } from './api-front.ts';
import { type EventBus, startEventBus } from './event-bus.ts';
import { createLateGuard, type LateGuard } from './guard.ts';
import { claimDirectory, openKept } from './keep.ts';
import { claimPort, OFFSETS } from './ports.ts';
import { type Queues, startQueues } from './queues.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox/server.ts';
import { type SecretsManager, startSecretsManager } from './secrets-manager.ts';
import { startTables, type Tables } from './tables.ts';

/** Everything that the functions talk to, and the HTTP API before them. */
export interface Servers {
  readonly api: ApiFront;
  readonly queues: Queues;
  readonly tables: Tables;
  readonly secrets: SecretsManager;
  readonly events: EventBus;
  /** Stands in for the Autoenhance endpoint; none when the real one is used. */
  readonly sandbox: Sandbox | undefined;
  /** Stands before all that functions call but the sandbox; it lets everything through until it is told what to enforce. */
  readonly guard: LateGuard;
  /** One after the other: whoever calls another one is closed before it. */
  close(): Promise<void>;
}

export interface ServersOptions {
  /** Of the HTTP API; the others take the next ones. 0: any that are free. */
  readonly port: number;
  readonly keep: string | undefined;
  readonly sandbox: SandboxOptions | undefined;
}

/** @throws PortInUse, DirectoryInUse, UnusableDirectory or UnreadableFile, after those that had started were closed again */
export async function startServers({ port, keep, sandbox }: ServersOptions): Promise<Servers> {
  const release = keep === undefined ? () => {} : claimDirectory(keep);
  const next = (server: keyof typeof OFFSETS) => (port === 0 ? 0 : port + OFFSETS[server]);
  const below = (name: string) => (keep === undefined ? undefined : join(keep, name));
  const guard = createLateGuard();
  // In the order in which they are closed: the queues' server tells the event bus of uploads.
  const starting = [
    startApiFront({ port }),
    sandbox &&
      claimPort('the sandbox', next('sandbox'), () =>
        createSandbox({ ...sandbox, port: next('sandbox'), keep: below('sandbox') }),
      ),
    openKept(below('queues'), () => startQueues({ port: next('sqs'), keep: below('queues'), guard })),
    // Only functions talk to it, and they are told where it is.
    openKept(below('events'), () => startEventBus({ keep: below('events'), guard })),
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
