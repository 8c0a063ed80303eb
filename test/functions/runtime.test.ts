import dns from 'node:dns';
import { createServer } from 'node:http';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { environmentCredentials } from '../../functions/adapters/environment-credentials.ts';
import { composeApi } from '../../functions/composition/api.ts';
import { awsConnections, systemRuntime } from '../../functions/runtime.ts';
import { NO_LIMIT, NO_PARTNER_LIMITS } from '../support/fixtures.ts';
import { handedBack } from '../support/handed-back.ts';
import { listen } from './adapters/raw-server.ts';

beforeEach(() => {
  onTestFinished(() => void vi.unstubAllEnvs());
  set({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});

function set(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

it('gives the HTTP entry point the X-Ray trace of each invocation, from Lambda’s environment', () => {
  const url = 'https://sqs/requests.fifo';
  const settings = {
    LEDGER_TABLE: 'ledger',
    REQUESTS_QUEUE_URL: url,
    PARTNER_KEYS_SECRET_ID: 'keys',
    PARTNER_KEYS_TTL_SECONDS: 50,
    CONSOLE: 'off' as const,
    SESSION_SECRET_ID: '',
    DEAD_LETTERS_QUEUE_URL: url,
    VERSION: '1.2.3',
    MAX_QUEUE_DEPTH: 1,
    ...NO_LIMIT,
    ...NO_PARTNER_LIMITS,
  };
  const { traceHeader } = composeApi({ STAGE: 'test', LOG_LEVEL: 'info', ...settings }, systemRuntime());
  for (const header of ['Root=1-a;Sampled=1', 'Root=1-b;Sampled=0']) {
    vi.stubEnv('_X_AMZN_TRACE_ID', header);
    expect(traceHeader?.()).toBe(header);
  }
});

it('leaves out the SDK’s own log, which would copy each call’s input and output for nobody', () => {
  const isLogger = (name: string) => /logger/i.test(name);
  expect(new SQSClient({}).middlewareStack.identify().filter(isLogger)).toHaveLength(1);
  expect(awsConnections().prepared(new SQSClient({})).middlewareStack.identify().filter(isLogger)).toEqual([]);
});

it('prepares the client of each service', () => {
  const connections = awsConnections();
  const names: string[] = [];
  const prepared: typeof connections.prepared = (client) => {
    names.push(client.constructor.name);
    return connections.prepared(client);
  };
  systemRuntime({ ...connections, prepared });
  expect(names.sort()).toEqual(['DynamoDBClient', 'SQSClient', 'SecretsManagerClient']);
});

it('gives up a connection after 1 s and a response after 3 s, and signs with Lambda’s own credentials', () => {
  const { settings } = awsConnections();
  expect(settings.credentials).toBe(environmentCredentials);
  expect(settings.requestHandler).toMatchObject({
    connectionTimeout: 1000,
    requestTimeout: 3000,
    // Without it the SDK only writes a warning, and goes on waiting.
    throwOnRequestTimeout: true,
  });
});

// A queue's own URL, as SQS hands it out, whatever endpoints are asked for.
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/requests.fifo';
const message = () => new SendMessageCommand({ QueueUrl, MessageBody: '{}' });
const item = () => new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } });

describe('the SDK’s clients call', () => {
  /** The hosts that a call to each service looks up; nobody is found. */
  async function hostsCalled() {
    const hosts: string[] = [];
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((host: string, _: unknown, done: (e: Error) => void) => {
      hosts.push(host);
      process.nextTick(done, Object.assign(new Error(`no ${host}`), { code: 'ENOENT' }));
    }) as never);
    onTestFinished(() => lookup.mockRestore());
    const { sqs, dynamo, secrets } = systemRuntime();
    const calls = [sqs(message()), dynamo(item()), secrets(new GetSecretValueCommand({ SecretId: 'key' }))];
    await Promise.allSettled(calls);
    return [...new Set(hosts)].sort();
  }

  const usual = (domain: string) => ['dynamodb', 'secretsmanager', 'sqs'].map((service) => `${service}.${domain}`);
  const fips = ['dynamodb-fips', 'secretsmanager-fips', 'sqs-fips'].map(
    (service) => `${service}.us-east-1.amazonaws.com`,
  );
  // Secrets Manager has both under its usual name.
  const dual = ['dynamodb.us-east-1.api.aws', 'secretsmanager.us-east-1.amazonaws.com', 'sqs.us-east-1.api.aws'];

  it.each([
    ['the endpoints of the region', {}, usual('us-east-1.amazonaws.com')],
    ['those of another partition', { AWS_REGION: 'cn-north-1' }, usual('cn-north-1.amazonaws.com.cn')],
    ['FIPS endpoints where the environment asks for them', { AWS_USE_FIPS_ENDPOINT: 'true' }, fips],
    ['dual-stack endpoints where the environment asks for them', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, dual],
  ])('%s', async (_case, variables, hosts) => {
    set(variables);
    expect(await hostsCalled()).toEqual(hosts);
  });
});

/** A stand-in for SQS and DynamoDB that counts its calls. */
async function startAws(
  answer: (call: number) => 'answer' | 'reset' | 'hang' | 'break off' = () => 'answer',
  keepAliveTimeout = 60_000,
) {
  let calls = 0;
  let connections = 0;
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    request.resume();
    calls += 1;
    const kind = answer(calls);
    if (kind === 'reset') request.socket.resetAndDestroy();
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (kind === 'answer') response.end('{}');
    if (kind === 'break off') response.setHeader('content-length', 2).write('{');
  });
  server.on('connection', () => {
    connections += 1;
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  set({ AWS_ENDPOINT_URL_SQS: url, AWS_ENDPOINT_URL_DYNAMODB: url });
  return { calls: () => calls, connections: () => connections };
}

describe('a call of the SDK’s clients', () => {
  it('is retried twice while the connection breaks', async () => {
    const aws = await startAws((call) => (call % 3 === 0 ? 'answer' : 'reset'));
    const { sqs, dynamo } = systemRuntime();
    await sqs(message());
    await dynamo(item());
    expect(aws.calls()).toBe(6);
  });

  it('fails with the third attempt', async () => {
    const aws = await startAws(() => 'reset');
    await expect(systemRuntime().sqs(message())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.calls()).toBe(3);
  });

  it('ends with its signal, and is not retried after that', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => random.mockRestore());
    const ending = new AbortController();
    const aws = await startAws(() => {
      ending.abort();
      return 'reset';
    });
    const { sqs } = systemRuntime();
    await expect(sqs(message(), { abortSignal: ending.signal })).rejects.toMatchObject({ name: 'AbortError' });
    // Another call pauses as long between its attempts, and begins later: by its end a repeat would have come, too.
    await expect(sqs(message())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.calls()).toBe(1 + 3);
  });

  it('is not waited for any longer when its signal is aborted', async () => {
    const ending = new AbortController();
    await startAws(() => {
      setImmediate(() => ending.abort());
      return 'hang';
    });
    const call = systemRuntime().dynamo(item(), { abortSignal: ending.signal });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not begun when its signal was aborted before', async () => {
    const aws = await startAws();
    const call = systemRuntime().dynamo(item(), { abortSignal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect([aws.calls(), aws.connections()]).toEqual([0, 0]);
  });

  it.each([
    [19_000, 1],
    [22_000, 2],
  ])('after %d ms without one needs connections: %d', async (ms, connections) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const aws = await startAws();
    const { dynamo } = systemRuntime();
    await dynamo(item());
    await handedBack();
    // As after the process was frozen: the clock has gone on, and no timer has run.
    vi.setSystemTime(Date.now() + ms);
    await dynamo(item());
    expect([aws.calls(), aws.connections()]).toEqual([2, connections]);
  });

  it('is made again when nothing more comes of a response', async () => {
    // The SDK's connections end after what the server says less a second, or after 20 s.
    const aws = await startAws((call) => (call === 2 ? 'break off' : 'answer'), 2000);
    const { dynamo } = systemRuntime();
    await dynamo(item());
    await handedBack();
    expect(await dynamo(item())).toMatchObject({ $metadata: { attempts: 2 } });
    expect([aws.calls(), aws.connections()]).toEqual([3, 2]);
  });

  it('accepts a response of SQS without an MD5', async () => {
    await startAws();
    expect(await systemRuntime().sqs(message())).toMatchObject({ $metadata: { attempts: 1 } });
  });
});
