import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Entries, type Entry, realEntries } from '../../../chaos/entries.ts';
import type { Handler } from '../../../chaos/models/lambda.ts';
import type { Transport } from '../../../functions/adapters/autoenhance/http-request.ts';
import type { UploadRuntime } from '../../../functions/upload-runtime.ts';

// The real functions around batches and finished images with one rule broken each, at their seams.

type Name = keyof Entries;
type Command = { readonly input: unknown };
type Send = (command: Command, options?: object) => Promise<object>;

function over(names: readonly Name[], change: (runtime: UploadRuntime) => UploadRuntime): Entries {
  const broken = names.map((name): [Name, Entry] => {
    return [name, (runtime, ...rest) => realEntries[name](change(runtime), ...rest)];
  });
  return { ...realEntries, ...Object.fromEntries(broken) };
}

/** A client behind a `send` that lies. */
function lying(client: 'sqs' | 'dynamo', lie: (command: Command, real: Send) => Promise<object>) {
  return (runtime: UploadRuntime): UploadRuntime => {
    const send = runtime[client] as unknown as Send;
    return {
      ...runtime,
      [client]: (command: Command, options?: object) => lie(command, (sent) => send(sent, options)),
    };
  };
}

/** Every third batch of messages is not sent, and taken for sent. */
export const linesSwallowed: Entries = (() => {
  let batches = 0;
  return over(
    ['feeder'],
    lying('sqs', async (command, real) => {
      if (!(command instanceof SendMessageBatchCommand) || !isOfRequests(command)) return real(command);
      batches += 1;
      return batches % 3 === 0 ? {} : real(command);
    }),
  );
})();

const isOfRequests = ({ input }: SendMessageBatchCommand) => input.QueueUrl?.endsWith('/requests.fifo') === true;

/** Each version of a file is a batch of its own, also one with the same content. */
export const versionsTold: Entries = (() => {
  let batches = 0;
  return over(
    ['uploadTrigger'],
    lying('dynamo', async (command, real) => {
      const item = command instanceof PutItemCommand ? command.input.Item : undefined;
      if (item?.id?.S?.startsWith('batch:') !== true) return real(command);
      batches += 1;
      item.id = { S: `batch:b_${String(batches).padStart(32, '0')}` };
      return real(command);
    }),
  );
})();

/** Items as the feeder reads them, changed. */
function misread(change: (item: Item) => Item): Entries {
  return over(
    ['feeder'],
    lying('dynamo', async (command, real) => {
      const response = await real(command);
      if (command instanceof GetItemCommand) {
        const { Item: item } = response as GetItemCommandOutput;
        return { ...response, ...(item && { Item: change(item) }) };
      }
      if (!(command instanceof BatchGetItemCommand)) return response;
      const { Responses = {} } = response as BatchGetItemCommandOutput;
      const changed = Object.entries(Responses).map(([table, items]) => [table, items.map(change)]);
      return { ...response, Responses: Object.fromEntries(changed) };
    }),
  );
}
type Item = NonNullable<BatchGetItemCommandOutput['Responses']>[string][number];

/** What a batch's owner wants of it is not looked at. */
export const controlIgnored = misread((item) => ('control' in item ? { ...item, control: { S: 'running' } } : item));

/** Every image is taken to have a newer request. */
export const allSuperseded = over(
  ['feeder'],
  lying('dynamo', async (command, real) => {
    const isOfImage = command instanceof QueryCommand && command.input.IndexName === 'by-image';
    return isOfImage ? { Items: [{ id: { S: 'http:none' } }] } : real(command);
  }),
);

/** A line that was started is taken for finished. */
export const startedIsFinished = misread((item) => {
  if (item.line === undefined || item.outcome?.S?.includes('"succeeded"') !== true) return item;
  const verdict = { by: 'sweep', hasFailed: false, at: 0, confirmed: true };
  return { ...item, completion: { S: JSON.stringify(verdict) }, completion_ambiguous: { BOOL: false } };
});

/** Ends of images are written, and told to nobody. */
export const endsUntold = over(
  ['webhook', 'sweep'],
  lying('sqs', async (command, real) => (command instanceof SendMessageBatchCommand ? {} : real(command))),
);

type WebhookHandler = (event: APIGatewayProxyEventV2, context: Context, options: object) => Promise<unknown>;

/** The webhook takes each image for another one. */
export const imagesMixedUp: Entries = {
  ...realEntries,
  webhook: (...parts) => {
    const handle = realEntries.webhook(...parts) as unknown as WebhookHandler;
    const mixedUp: WebhookHandler = (event, context, options) => {
      const body = event.body?.replace(/image-\d+/, 'image-1') ?? '';
      return handle({ ...event, body }, context, options);
    };
    return mixedUp as unknown as Handler;
  },
};

/** The sweep takes every image for finished. */
export const everythingFinished: Entries = {
  ...realEntries,
  sweep: (runtime, transport, ...rest) => {
    const hopeful: Transport = async (call) => {
      const response = await transport(call);
      return { ...response, body: response.body.replaceAll('"status":"processing"', '"status":"processed"') };
    };
    return realEntries.sweep(runtime, hopeful, ...rest);
  },
};
