import { createHash } from 'node:crypto';
import { type PutItemCommandInput, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Entries, type Entry, realEntries } from '../../../chaos/entries.ts';
import type { Handler } from '../../../chaos/models/lambda.ts';
import type { UploadRuntime as Runtime } from '../../../functions/upload-runtime.ts';

// The real service with one rule broken each, at its seams or around its handler: functions/ knows nothing of it.

type Batch = (
  event: SQSEvent,
  context: Context,
  options: { readonly signal: AbortSignal },
) => Promise<SQSBatchResponse>;

/** The worker over another runtime than it believes, and with another handler around it. */
function broken({ runtime = (real) => real, around = (real) => real }: Breakage): Entries {
  const worker: Entry = (real, ...rest) => {
    const handle = realEntries.worker(runtime(real), ...rest) as unknown as Batch;
    return around(handle, real) as unknown as Handler;
  };
  return { ...realEntries, worker };
}

interface Breakage {
  readonly runtime?: (real: Runtime) => Runtime;
  readonly around?: (real: Batch, runtime: Runtime) => Batch;
}

type Command = { readonly input: unknown };
type DynamoSend = (command: Command, options?: object) => Promise<{ readonly Attributes?: Attributes }>;
type Attributes = NonNullable<PutItemCommandInput['Item']>;

/** The ledger's table behind a `send` that lies. */
function overDynamo(
  lie: (command: Command, real: () => ReturnType<DynamoSend>, runtime: Runtime) => ReturnType<DynamoSend>,
) {
  return (runtime: Runtime): Runtime => {
    const send = runtime.dynamo as unknown as DynamoSend;
    const lying: DynamoSend = (command, options) => lie(command, () => send(command, options), runtime);
    return { ...runtime, dynamo: lying as unknown as Runtime['dynamo'] };
  };
}

function updateOf(command: Command, setting: string): UpdateItemCommandInput | undefined {
  if (!(command instanceof UpdateItemCommand)) return undefined;
  return command.input.UpdateExpression?.includes(setting) ? command.input : undefined;
}

const isRecord = (command: Command) => updateOf(command, '#outcome = :outcome');
const isClaim = (command: Command) => updateOf(command, 'claim_id =');

/** What an update says the item will be. */
function pretended({
  Key,
  ExpressionAttributeNames = {},
  ExpressionAttributeValues = {},
}: UpdateItemCommandInput): Attributes {
  const named = Object.entries(ExpressionAttributeNames).map(([name, attribute]) => [
    attribute,
    ExpressionAttributeValues[`:${name.slice(1)}`],
  ]);
  const one = { N: '1' };
  const rest = { state: { S: 'accepted' }, attempts: one };
  const leaseUntil = ExpressionAttributeValues[':lease_until'];
  return { ...Object.fromEntries(named), ...rest, ...Key, ...(leaseUntil && { lease_until: leaseUntil }) };
}

/** Every message of a batch is carried out on its own, those of one image side by side. */
export const orderIgnored = broken({
  around: (handle) => async (event, context, options) => {
    const answers = await Promise.all(event.Records.map((record) => handle({ Records: [record] }, context, options)));
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  },
});

/** A batch is acknowledged as a whole, whatever became of it. */
export const acknowledgedBeforeRecorded = broken({
  around: (handle) => async (event, context, options) => {
    await handle(event, context, options).catch(() => {});
    return { batchItemFailures: [] };
  },
});

/** The outcome is written some time later, and what was to be written is taken for written. */
export const publishedBeforeRecorded = broken({
  runtime: overDynamo(async (command, real, { clock }) => {
    const input = isRecord(command);
    if (input === undefined) return real();
    void clock
      .sleep(500)
      .then(real)
      .catch(() => {});
    return { Attributes: { ...pretended(input), ...IDENTITY } };
  }),
});

/** What an item needs to be read; nothing looks at it once an outcome is written. */
const IDENTITY: Attributes = {
  image_id: { S: 'image' },
  source: { S: 'sqs' },
  accepted_at: { S: '2026-11-22T10:00:00.000Z' },
  fingerprint: { S: 'fingerprint' },
  preferences: { S: '{}' },
};

/** A claim that the ledger does not grant, or cannot, is taken for granted. */
export const calledWithoutClaim = broken({
  runtime: overDynamo(async (command, real) => {
    const input = isClaim(command);
    if (input === undefined) return real();
    return real().catch(() => ({ Attributes: pretended(input) }));
  }),
});

/** A request is known by its content, so that the same request twice is one. */
export const contentBasedIds = broken({
  around: (handle) => (event, context, options) => handle({ Records: event.Records.map(renamed) }, context, options),
});

function renamed(record: SQSRecord): SQSRecord {
  const body = contentOf(record.body);
  if (body?.preferences === undefined) return record;
  const hash = createHash('sha256')
    .update(JSON.stringify([body.image_id, body.preferences]))
    .digest('hex');
  return { ...record, body: JSON.stringify({ ...body, request_id: hash }) };
}

function contentOf(text: string): { readonly image_id?: string; readonly preferences?: object } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The attempt's number is taken from how often the queue handed the message out. */
export const receiveCountAsAttempt: Entries = (() => {
  let receives = 1;
  return broken({
    runtime: overDynamo(async (command, real) => {
      const response = await real();
      if (isClaim(command) === undefined || response.Attributes === undefined) return response;
      return { ...response, Attributes: { ...response.Attributes, attempts: { N: String(receives) } } };
    }),
    around: (handle) => (event, context, options) => {
      receives = Number(event.Records[0]?.attributes.ApproximateReceiveCount);
      return handle(event, context, options);
    },
  });
})();

/** What is left of the daily limit is not looked at. */
export const limitIgnored = broken({
  runtime: overDynamo(async (command, real) => {
    const input = updateOf(command, 'used = if_not_exists');
    if (input !== undefined) {
      input.ConditionExpression = undefined;
      for (const bound of [':most', ':most_bulk']) delete input.ExpressionAttributeValues?.[bound];
    }
    return real();
  }),
});

/** Whatever is left of a window's limit, half of it is taken for used. */
export const limitHalved = broken({
  runtime: overDynamo(async (command, real) => {
    const most = updateOf(command, 'used = if_not_exists')?.ExpressionAttributeValues;
    const limit = Number(most?.[':limit']?.N);
    if (most !== undefined) most[':most'] = { N: String(Number(most[':most']?.N) - Math.ceil(limit / 2)) };
    return real();
  }),
});

/** An invocation that was cut off goes on as if it had not been. */
export const signalIgnored = broken({
  runtime: (real) => {
    const deaf = (send: unknown) => (command: Command) => (send as DynamoSend)(command);
    return { ...real, sqs: deaf(real.sqs), dynamo: deaf(real.dynamo) } as unknown as Runtime;
  },
  around: (handle) => (event, context) => handle(event, context, { signal: new AbortController().signal }),
});
