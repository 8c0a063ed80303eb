import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../local/aws-clients.ts';
import { startTables } from '../../local/tables.ts';

const INDEXED = [
  'partner',
  'source',
  'state',
  'attempts',
  'next_attempt_at',
  'error_code',
  'completed_at',
  'expires_at',
];

/** A ledger table as the storage stack makes it, on a DynamoDB protocol server of its own. */
export async function startLedgerTable() {
  const tables = await startTables();
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const definition = {
    TableName: 'ledger',
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [attribute('id'), attribute('image_id'), attribute('accepted_at')],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-image',
        KeySchema: [
          { AttributeName: 'image_id', KeyType: 'HASH' as const },
          { AttributeName: 'accepted_at', KeyType: 'RANGE' as const },
        ],
        Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: INDEXED },
      },
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
