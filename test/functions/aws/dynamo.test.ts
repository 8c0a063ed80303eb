import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '../../../functions/aws/dynamo.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { KEYS, placeOf, REGION, refuses, serviceAt, startAws } from './support.ts';

type Send = DynamoDBClient['send'];

const ours = (endpoint: string): Send => createDynamo(serviceAt(placeOf('dynamodb', endpoint)));

function sdks(endpoint: string): Send {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: KEYS, maxAttempts: 3 });
  return client.send.bind(client);
}

describe('over DynamoDB’s protocol', () => {
  let table: Awaited<ReturnType<typeof startLedgerTable>>;
  let clients: readonly Send[];
  beforeAll(async () => {
    table = await startLedgerTable();
    clients = [sdks(table.url), ours(table.url)];
  });
  afterAll(() => table.stop());

  const item = (id: string) => ({
    id: { S: id },
    image_id: { S: 'image' },
    accepted_at: { S: '2026-11-22T12:00:00.000Z' },
    attempts: { N: '12345678901234567890' },
    completion_confirmed: { BOOL: true },
    preferences: { S: '{"image_name":"Küche \\"Süd\\" 🏠\\u0000"}' },
  });

  /** What both make of one command: an answer without the SDK's own additions, or an error. */
  async function bothOf(command: () => object): Promise<readonly unknown[]> {
    return Promise.all(
      clients.map(async (send) => {
        try {
          const { $metadata: _, ...output } = (await send(command() as never)) as { $metadata?: unknown };
          return output;
        } catch (error) {
          const { name, message } = error as Error;
          return { name, message, isCondition: error instanceof ConditionalCheckFailedException };
        }
      }),
    );
  }

  const TableName = 'ledger';
  const update = {
    TableName,
    Key: { id: { S: 'one' } },
    UpdateExpression: 'SET #state = :state REMOVE attempts',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': { S: 'failed' } },
  };
  const query = {
    TableName,
    IndexName: 'by-image',
    KeyConditionExpression: 'image_id = :image',
    ExpressionAttributeValues: { ':image': { S: 'image' } },
    Limit: 1,
    ExclusiveStartKey: undefined,
  };

  it.each<[string, () => object]>([
    ['a put', () => new PutItemCommand({ TableName, Item: item('one') })],
    ['a read', () => new GetItemCommand({ TableName, Key: { id: { S: 'one' } }, ConsistentRead: true })],
    ['a read of nothing', () => new GetItemCommand({ TableName, Key: { id: { S: 'none' } } })],
    ['an update that returns the item', () => new UpdateItemCommand({ ...update, ReturnValues: 'ALL_NEW' })],
    ['an update that returns nothing', () => new UpdateItemCommand(update)],
    ['a query with a page to come', () => new QueryCommand(query)],
    [
      'a condition that does not hold',
      () => new UpdateItemCommand({ ...update, ConditionExpression: 'attribute_not_exists(id)' }),
    ],
    ['a wrong expression', () => new UpdateItemCommand({ ...update, UpdateExpression: 'SET' })],
    ['a table that is not there', () => new GetItemCommand({ TableName: 'another', Key: { id: { S: 'one' } } })],
  ])('%s ends as the SDK’s own client ends it', async (_name, command) => {
    const [expected, got] = await bothOf(command);
    expect(got).toEqual(expected);
  });
});

describe('what is made of commands', () => {
  const read = () => new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } });

  it('is sent under the operation’s name, as the SDK sends it', async () => {
    const { url, calls } = await startAws();
    for (const send of [sdks(url), ours(url)]) await send(read());
    const [expected, got] = calls.map(({ body, headers }) => [JSON.parse(body), headers['x-amz-target']]);
    expect(got).toEqual(expected);
    expect(got?.[1]).toBe('DynamoDB_20120810.GetItem');
  });

  it('that the ledger does not send is refused before anything is sent', async () => {
    const { url, calls } = await startAws();
    const command = new DeleteItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } });
    await expect(ours(url)(command)).rejects.toThrow('GetItem, PutItem, UpdateItem and Query only');
    expect(calls).toEqual([]);
  });

  it('and does not hold its condition ends in the SDK’s own error, with its status', async () => {
    const { url } = await startAws(refuses(400, 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'));
    const error = await ours(url)(read()).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ message: 'because', $metadata: { httpStatusCode: 400 } });
  });

  it('ends with its invocation, which the table may know nothing of', async () => {
    const { url, calls } = await startAws();
    const call = ours(url)(read(), { abortSignal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toEqual([]);
  });
});
