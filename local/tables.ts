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
import { type Guard, OPEN } from './guard.ts';
import { guardServer } from './guarded-listener.ts';
import { claimPort, HOST } from './ports.ts';
import type { TablePlan } from './service-plan.ts';

// dynalite has no types.
const dynalite: (options: { readonly path?: string; readonly createTableMs: number }) => Server = createRequire(
  import.meta.url,
)('dynalite');

export interface Tables {
  /** Where the SDK finds DynamoDB: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Makes the tables that are not there yet; resolves when all of them take items. */
  create(tables: readonly TablePlan[]): Promise<void>;
  close(): Promise<void>;
}

export interface TablesOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** A directory that keeps the items across restarts. */
  readonly keep?: string | undefined;
  /** How long a new table takes until it is active; without it, no time. */
  readonly createTableMs?: number;
  /** Decides who may do what; without it everybody may do everything. */
  readonly guard?: Guard;
}

/**
 * A stand-in for DynamoDB: dynalite, which speaks the real protocol. It has no transactions, and expires no items.
 * @throws PortInUse
 */
export async function startTables({
  port = 0,
  keep,
  createTableMs = 0,
  guard = OPEN,
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
      // A write has several steps. The database closes with the last connection, and a caller that was killed has none.
      await guarded.drain();
      // Its callback, not the event: the database closes after the server, and holds its lock until then.
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
  // Made is not yet active, and until then every other call says that there is no such table.
  const patience = { client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 };
  await waitUntilTableExists(patience, { TableName: definition.TableName });
}
