import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../local/aws-clients.ts';
import { startTables } from '../../local/tables.ts';

/** What the indexes that lists read have of an item. */
export const SHOWN = [
  'partner',
  'source',
  'state',
  'attempts',
  'next_attempt_at',
  'error_code',
  'completed_at',
  'completion_failed',
  'completion_unknown',
  'file',
  'line',
  'batch_id',
  'round',
  'expires_at',
];

/** A ledger table as the storage stack makes it, on a DynamoDB protocol server of its own. */
export async function startLedgerTable(name = 'ledger') {
  const tables = await startTables();
  const attribute = (AttributeName: string, AttributeType: 'S' | 'N' = 'S') => ({ AttributeName, AttributeType });
  const index = (IndexName: string, partitionKey: string, sortKey: string, shown?: readonly string[]) => ({
    IndexName,
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' as const },
      { AttributeName: sortKey, KeyType: 'RANGE' as const },
    ],
    Projection:
      shown === undefined
        ? { ProjectionType: 'KEYS_ONLY' as const }
        : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...shown] },
  });
  const definition = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [
      ...['id', 'image_id', 'accepted_at', 'owner', 'work', 'look'].map((each) => attribute(each)),
      attribute('place', 'N'),
      attribute('look_at', 'N'),
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
    GlobalSecondaryIndexes: [
      index('by-image', 'image_id', 'accepted_at', [...SHOWN, 'owner']),
      index('by-work', 'work', 'place'),
      index('by-look', 'look', 'look_at'),
      index('by-owner', 'owner', 'accepted_at', [...SHOWN, 'image_id']),
    ],
  };
  await tables.create([{ definition }]);
  const client = new DynamoDBClient(clientSettings(tables.url));
  const stop = async () => {
    client.destroy();
    await tables.close();
  };
  return { client, table: definition.TableName, url: tables.url, stop };
}
