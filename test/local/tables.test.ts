import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import type { TablePlan } from '../../local/service-plan.ts';
import { startTables, type TablesOptions } from '../../local/tables.ts';
import { runScript } from './support/command.ts';
import { temporaryDirectory } from './support/temporary.ts';

const plan: TablePlan = {
  definition: {
    TableName: 'ledger',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'image_id', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-image',
        KeySchema: [{ AttributeName: 'image_id', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  },
};

async function startBench(options: TablesOptions = {}) {
  const tables = await startTables(options);
  await tables.create([plan]);
  const client = new DynamoDBClient(clientSettings(tables.url));
  const put = (id: string) => {
    const Item = { id: { S: id }, image_id: { S: 'house' } };
    const condition = { ConditionExpression: 'attribute_not_exists(id)' };
    return client.send(new PutItemCommand({ TableName: 'ledger', Item, ...condition }));
  };
  const close = async () => {
    client.destroy();
    await tables.close();
  };
  return { client, put, close };
}

it('the planned table is there at once, with its conditions and its indexes', async () => {
  const { client, put, close } = await startBench();
  onTestFinished(close);
  await put('one');
  await expect(put('one')).rejects.toThrow('The conditional request failed');
  const query = { TableName: 'ledger', IndexName: 'by-image', KeyConditionExpression: 'image_id = :image' };
  const { Items } = await client.send(
    new QueryCommand({ ...query, ExpressionAttributeValues: { ':image': { S: 'house' } } }),
  );
  expect(Items).toEqual([{ id: { S: 'one' }, image_id: { S: 'house' } }]);
});

it('a table that takes its time is waited for', async () => {
  const { put, close } = await startBench({ createTableMs: 200 });
  onTestFinished(close);
  await put('one');
});

it('a table that is kept has its items after a restart', async () => {
  const keep = await temporaryDirectory();
  const before = await startBench({ keep });
  await before.put('one');
  await before.close();
  const after = await startBench({ keep });
  onTestFinished(after.close);
  const { Item } = await after.client.send(new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } }));
  expect(Item).toEqual({ id: { S: 'one' }, image_id: { S: 'house' } });
});

it('closing waits for the writes under way, also for those whose callers have gone', async () => {
  const { ended } = runScript('test/local/support/close-tables.ts');
  expect(await ended).toEqual({ status: 0, stdout: 'closed\n', stderr: '' });
});
