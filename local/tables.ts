import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { clientSettings } from './aws-clients.ts';
import { ALLOW_ALL, type Guard } from './guard.ts';
import { guardServer } from './guarded-listener.ts';
import { claimPort, HOST } from './ports.ts';
import type { TablePlan } from './service-plan.ts';

// dynalite has no types.
const dynalite: (options: { readonly path?: string; readonly createTableMs: number }) => Server = createRequire(
  import.meta.url,
)('dynalite');

export interface Tables {
  /** The address of DynamoDB for the SDK: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Creates missing tables. Resolves when all tables are active. */
  create(tables: readonly TablePlan[]): Promise<void>;
  close(): Promise<void>;
}

export interface TablesOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** A directory that keeps the items across restarts. */
  readonly keep?: string | undefined;
  /** How long a new table takes until it is active (default: 0). */
  readonly createTableMs?: number;
  /** Checks permissions; without it, everything is allowed. */
  readonly guard?: Guard;
}

/**
 * A stand-in for DynamoDB: dynalite, which has the real protocol. It has no transactions and no TTL.
 * @throws PortInUse
 */
export async function startTables({
  port = 0,
  keep,
  createTableMs = 0,
  guard = ALLOW_ALL,
}: TablesOptions = {}): Promise<Tables> {
  const server = dynalite({ createTableMs, ...(keep !== undefined && { path: keep }) });
  const guarded = guardServer(server, 'dynamodb', guard);
  await claimPort('DynamoDB', port, async () => {
    server.listen(port, HOST);
    await once(server, 'listening');
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async create(tables) {
      const client = new DynamoDBClient(clientSettings(url));
      for (const { definition } of tables) await createUnlessThere(client, definition);
      client.destroy();
    },
    async close() {
      // A write has several steps. The database would close with the last connection, even if a killed caller's write still runs.
      await guarded.drain();
      // The callback, not the event: the database closes after the server, and is locked until then.
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function createUnlessThere(client: DynamoDBClient, definition: TablePlan['definition']): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  // Until a new table is active, every other call fails as if it did not exist.
  const waiter = { client, maxWaitTime: 120, minDelay: 0.01, maxDelay: 0.1 };
  await waitUntilTableExists(waiter, { TableName: definition.TableName });
}
