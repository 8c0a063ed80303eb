import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '../../../../functions/adapters/ledger/dynamo/client.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';
type Send = DynamoDBClient['send'];

function ours(endpoint: string, { timeoutMs = 60_000, connectTimeoutMs = 60_000 } = {}): Send {
  const limits = { endpoint, timeoutMs, connectTimeoutMs, maxAttempts: 3 };
  return createDynamo({
    ...limits,
    region,
    credentials: async () => credentials,
    clock: systemClock,
    random: () => 0,
  });
}

function sdks(endpoint: string): Send {
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 3 });
  return client.send.bind(client);
}

async function listening(server: NetServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

  it('refuses a command that it does not know', async () => {
    const command = new DeleteItemCommand({ TableName, Key: { id: { S: 'one' } } });
    await expect(ours(table.url)(command)).rejects.toThrow('GetItem, PutItem, UpdateItem and Query only');
  });
});

describe('a call', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  /** Answers the first calls by these, and every other with an empty 200. */
  async function startServer(...answers: readonly RequestListener[]) {
    let calls = 0;
    server = createServer((request, response) => {
      request.resume();
      request.once('end', () => {
        calls += 1;
        (answers[calls - 1] ?? says(200, '{}'))(request, response);
      });
    });
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    return { url: await listening(server), calls: () => calls, connections: () => connections };
  }

  const says =
    (status: number, body: string): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    };
  const refuses = (status: number, name: string) =>
    says(status, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'because' }));
  const breaks: RequestListener = (request) => request.socket.destroy();
  const breaksOff: RequestListener = (request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"Item"');
    setTimeout(() => request.socket.destroy(), 20);
  };
  const breaksOffInChunks: RequestListener = (request, response) => {
    response.writeHead(200).write('{"Item"');
    setTimeout(() => request.socket.destroy(), 20);
  };
  const nothing: RequestListener = () => {};

  const read = () => new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } });
  const away = refuses(500, 'InternalServerError');

  async function endOf(send: Send): Promise<unknown> {
    try {
      const { $metadata: _, ...output } = await send(read());
      return output;
    } catch (error) {
      return (error as Error).name;
    }
  }

  it('after another uses its connection again, and those side by side have one each', async () => {
    const { url, connections } = await startServer();
    const send = ours(url);
    for (let call = 0; call < 5; call += 1) await send(read());
    expect(connections()).toBe(1);
    for (let round = 0; round < 2; round += 1) await Promise.all(Array.from({ length: 5 }, () => send(read())));
    expect(connections()).toBe(5);
  });

  it.each<[string, readonly RequestListener[], number, unknown]>([
    ['DynamoDB fails once', [away], 2, {}],
    ['DynamoDB fails for good', [away, away, away, away], 3, 'InternalServerError'],
    ['it is throttled', [refuses(400, 'ProvisionedThroughputExceededException')], 2, {}],
    ['a connection breaks', [breaks], 2, {}],
    ['an answer breaks off', [breaksOff], 2, {}],
    ['an answer of unknown length breaks off', [breaksOffInChunks], 2, {}],
    ['what answers in its place speaks another JSON', [says(503, '{"__type":5,"message":{}}')], 2, {}],
    [
      'its condition does not hold',
      [refuses(400, 'ConditionalCheckFailedException')],
      1,
      'ConditionalCheckFailedException',
    ],
    ['it is wrong', [refuses(400, 'ValidationException')], 1, 'ValidationException'],
    ['it is not allowed', [refuses(400, 'AccessDeniedException')], 1, 'AccessDeniedException'],
  ])('when %s is repeated as often as the SDK repeats it, and ends so', async (_name, answers, calls, end) => {
    for (const client of [sdks, ours]) {
      const { url, calls: made } = await startServer(...answers);
      expect(await endOf(client(url))).toEqual(end);
      expect(made()).toBe(calls);
      server?.close();
    }
  });

  it('when something else answers in its place is repeated by the status, and never shows that text', async () => {
    const gateway = says(503, '<html>away</html>');
    const { url, calls } = await startServer(gateway, gateway, says(400, 'null'));
    await expect(ours(url)(read())).rejects.toMatchObject({ name: 'Status400', message: 'DynamoDB answered 400' });
    expect(calls()).toBe(3);
  });

  it('when no answer comes ends after its time, three times', async () => {
    const { url, calls } = await startServer(nothing, nothing, nothing, nothing);
    // Long enough for each call to reach the server.
    await expect(ours(url, { timeoutMs: 700 })(read())).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(calls()).toBe(3);
  });

  it('when a connection does not come to stand ends sooner than one without an answer', async () => {
    // Takes connections and says nothing to a TLS greeting.
    const mute = createNetServer();
    const url = (await listening(mute)).replace('http:', 'https:');
    const call = ours(url, { connectTimeoutMs: 50 })(read());
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', message: 'no connection within 50 ms' });
    mute.close();
  });

  it('when nobody listens says so', async () => {
    const { url } = await startServer();
    server?.close();
    await expect(ours(url)(read())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('when its invocation ends is given up at once, and not repeated', async () => {
    const { url, calls } = await startServer(nothing);
    const ending = new AbortController();
    const call = ours(url)(read(), { abortSignal: ending.signal });
    while (calls() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    ending.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect(ours(url)(read(), { abortSignal: ending.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls()).toBe(1);
  });
});
