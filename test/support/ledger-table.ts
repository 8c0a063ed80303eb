import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** A ledger table as the storage stack makes it, on a DynamoDB protocol server of its own. */
export async function startLedgerTable() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const S = 'S' as const;
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['id', 'image_id', 'accepted_at'].map((AttributeName) => ({
        AttributeName,
        AttributeType: S,
      })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-image',
          KeySchema: [
            { AttributeName: 'image_id', KeyType: 'HASH' },
            { AttributeName: 'accepted_at', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['partner', 'source', 'state', 'attempts', 'next_attempt_at', 'error_code', 'expires_at'],
          },
        },
      ],
    }),
  );
  const stop = () => {
    client.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { client, table: 'ledger', port, stop };
}
