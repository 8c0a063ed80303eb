import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
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
  /** As it stands in the table. */
  const item = async (id: string) => {
    const command = new GetItemCommand({ TableName: name, Key: { id: { S: id } }, ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  const stop = async () => {
    client.destroy();
    await tables.close();
  };
  return { client, table: definition.TableName, url: tables.url, item, stop };
}

/** A table whose writes are all refused by their condition, since another one was faster. @param found what each read gets */
export function refusingWrites(found: object = {}) {
  const inputs: object[] = [];
  const send = async ({ input }: { readonly input: object }) => {
    inputs.push(input);
    if (!('UpdateExpression' in input || 'Item' in input)) return found;
    throw new ConditionalCheckFailedException({ message: 'the condition does not hold', $metadata: {} });
  };
  return { send: send as unknown as DynamoDBClient['send'], inputs };
}
