import type { IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { batchEvent } from '../../bench/events.ts';
import { startExecution, type Variant } from '../../bench/function/execution.ts';
import { startServers } from '../../bench/servers/servers.ts';
import { buildVariants } from '../../bench/variants.ts';

// Set by the SDK and Node, with a signature or an id of each call.
const NOT_COMPARED = ['authorization', 'amz-sdk-invocation-id', 'x-amz-content-sha256', 'user-agent', 'connection'];

/** What is compared of a call: each text that is a value counts by its length, since ids and times differ. */
function shapeOf({ method, url = '', headers }: IncomingMessage, body: string) {
  const sent = Object.keys(headers).filter((name) => !NOT_COMPARED.includes(name));
  return { method, path: url.length, target: headers['x-amz-target'], headers: sent.sort(), body: shape(parsed(body)) };
}

const EXPRESSIONS = ['TableName', 'UpdateExpression', 'ConditionExpression', 'QueueUrl', 'ReturnValues'];

function shape(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && name === 'MessageBody') return shape(parsed(value));
  if (typeof value === 'string') return EXPRESSIONS.includes(name) ? value : value.length;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => shape(each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each, key)]));
}

const parsed = (text: string): unknown => JSON.parse(text === '' ? 'null' : text);

it('`tuned` writes, sends and publishes for a request what the worker does', async () => {
  let calls: ReturnType<typeof shapeOf>[] = [];
  const servers = await startServers({ onCall: (request, body) => calls.push(shapeOf(request, body)) });
  onTestFinished(() => servers.close());
  const { tuned, worker } = await buildVariants(servers);

  const callsOf = async (variant: Variant) => {
    const execution = await startExecution(variant, process.execPath);
    try {
      calls = [];
      await execution.invoke(batchEvent(1));
      return [...calls];
    } finally {
      await execution.stop();
    }
  };
  const expected = await callsOf(worker);
  expect(expected.map(({ target, method }) => target ?? method)).toEqual([
    'DynamoDB_20120810.UpdateItem',
    'POST',
    'DynamoDB_20120810.UpdateItem',
    'AmazonSQS.SendMessageBatch',
  ]);
  expect(await callsOf(tuned)).toEqual(expected);
});
