import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createBatchLedger } from '../../functions/adapters/ledger/batches/batches.ts';
import { BY_WORK } from '../../functions/adapters/ledger/batches/lines.ts';
import { createCompletions } from '../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { createFeederHandler } from '../../functions/batch-feeder/handler.ts';
import { composeBatchFeeder } from '../../functions/composition/batch-feeder.ts';
import { composeUploadTrigger } from '../../functions/composition/upload-trigger.ts';
import type { Batch } from '../../functions/core/batch/batch.ts';
import { unknownVerdict } from '../../functions/core/completion/completion.ts';
import { failure } from '../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../functions/core/outcome/outcome.ts';
import type { Clock } from '../../functions/core/ports.ts';
import type { UploadRuntime } from '../../functions/upload-runtime.ts';
import { createUploadHandler } from '../../functions/upload-trigger/handler.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import type { CreatedObject } from '../../local/queues/versioned-store.ts';
import { startQueues } from '../../local/queues.ts';
import { rejectedLine, uploadReport } from '../../tools/contract/schemas/upload-report.ts';
import { expectPublished, expectToFit } from './contract.ts';
import { NO_LIMIT, plentyOfTime, standingClock } from './fixtures.ts';
import { startLedgerTable } from './ledger-table.ts';
import { lambdaContext } from './sqs-event.ts';
import type { Report } from './uploads.ts';

export const BUCKET = 'uploads';

/** What becomes of a line. */
export type LineEnd = 'started' | 'finished' | 'refused' | 'broken' | 'over_limit';
const REASONS = { finished: 'done', broken: 'no exposure found', over_limit: 'daily limit reached' };

/** An event as S3 gives it to EventBridge. */
export interface UploadEvent {
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { key: string; 'version-id': string };
  };
}

export interface Command {
  readonly input: object;
}
type Send = (command: Command, options?: object) => Promise<unknown>;
/** Stands before a service's client; it may fail a command, change it, or look at it. */
type Before = (command: Command, send: Send) => Promise<unknown>;

export interface TriggerOptions {
  readonly clock?: Clock;
  readonly bulkDepth?: number;
  readonly dailyLimit?: number | null;
  readonly randomId?: () => string;
  readonly sqs?: Before;
  readonly s3?: Before;
  readonly dynamo?: Before;
  readonly events?: Before;
}

/** S3, SQS and DynamoDB over their real protocols, and the function before them. */
export async function startUploadBench() {
  const queues = await startQueues();
  const database = await startLedgerTable();
  const created: CreatedObject[] = [];
  queues.createBuckets([BUCKET], (object) => created.push(object));
  const plan = (name: string) => ({
    name,
    url: `${queues.url}/000000000000/${name}`,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup', VisibilityTimeout: '600' },
  });
  const [requests, results] = [plan('requests.fifo'), plan('results.fifo')];
  queues.create([requests, results]);
  const sqs = new SQSClient(clientSettings(queues.url));
  const s3 = new S3Client({ ...clientSettings(queues.url), forcePathStyle: true });
  let runs = 0;

  /** Puts an object, and gives the event that S3 makes of it. */
  async function put(
    key: string,
    body: string | Uint8Array,
    metadata: Record<string, string> = {},
  ): Promise<UploadEvent> {
    const before = created.length;
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: Buffer.from(body), Metadata: metadata }));
    while (created.length === before) await new Promise((resolve) => setImmediate(resolve));
    const { version } = created.at(-1) as CreatedObject;
    return { detail: { bucket: { name: BUCKET }, object: { key, 'version-id': version } } };
  }

  /** The upload function and the feeder, in containers of their own. */
  function startTrigger({ clock = standingClock(), bulkDepth = 1_000_000, ...stand }: TriggerOptions = {}) {
    const lines: Record<string, unknown>[] = [];
    const woken: object[] = [];
    const through = (send: Send, before?: Before) =>
      ((command: Command, options?: object) =>
        before === undefined ? send(command, options) : before(command, (each) => send(each, options))) as never;
    // EventBridge is a list here: whoever runs the trigger wakes the feeder.
    const putEvents: Send = async (command) => {
      const { Entries } = command.input as { Entries: { Detail: string }[] };
      for (const { Detail } of Entries) woken.push(JSON.parse(Detail));
      return { FailedEntryCount: 0 };
    };
    const runtime: UploadRuntime = {
      invocation: {},
      sqs: through(sqs.send.bind(sqs) as unknown as Send, stand.sqs),
      s3: through(s3.send.bind(s3) as unknown as Send, stand.s3),
      dynamo: through(database.client.send.bind(database.client) as unknown as Send, stand.dynamo),
      events: through(putEvents, stand.events),
      secrets: undefined as never,
      clock,
      random: Math.random,
      randomId: stand.randomId ?? (() => `run-${++runs}`),
      write: (line) => lines.push(JSON.parse(line)),
    };
    const common = {
      STAGE: 'test',
      LOG_LEVEL: 'info',
      LEDGER_TABLE: database.table,
      REQUESTS_QUEUE_URL: requests.url,
      RESULTS_QUEUE_URL: results.url,
      CALLBACKS_QUEUE_URL: 'http://sqs/callbacks.fifo',
      UPLOADS_BUCKET: BUCKET,
      ...NO_LIMIT,
      DAILY_LIMIT: stand.dailyLimit ?? null,
    } as const;
    const ofTrigger = { FEEDER_SOURCE: 'reprocess.test', CALLS_PER_SECOND: 100, FILES_KEPT_DAYS: 180 };
    const ofFeeder = { BULK_DEPTH: bulkDepth };
    const trigger = createUploadHandler(composeUploadTrigger({ ...common, ...ofTrigger }, runtime));
    const feeder = createFeederHandler(composeBatchFeeder({ ...common, ...ofFeeder }, runtime));
    const invocation = (remainingMs: number) =>
      [lambdaContext(remainingMs), { signal: new AbortController().signal }] as const;
    const register = (event: unknown, remainingMs = 900_000) => trigger(event, ...invocation(remainingMs));
    const feed = (remainingMs = 900_000) => feeder({ 'detail-type': 'Scheduled Event' }, ...invocation(remainingMs));

    /** As both functions do it: the event of a new batch wakes the feeder. */
    async function run(event: unknown, remainingMs?: number): Promise<void> {
      const before = woken.length;
      await register(event, remainingMs);
      if (woken.length > before) await feed();
    }
    return {
      run,
      lines,
      register,
      feed,
      /** What the feeder was told of. */
      woken,
      clock,
      counted: (name: string) => lines.reduce((sum, line) => sum + ((line[name] as number | undefined) ?? 0), 0),
      logged: (message: string) => lines.filter((line) => line.message === message),
    };
  }

  /** Everything on a queue, in its order, taken out. */
  async function drain(QueueUrl: string): Promise<readonly Record<string, unknown>[]> {
    const bodies: Record<string, unknown>[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => JSON.parse(Body)));
      // What is hidden would hold back the rest of its group.
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }

  async function text(Key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return (await Body?.transformToString()) ?? '';
  }

  const parts = (clock: Clock) => ({ send: database.client.send.bind(database.client), table: database.table, clock });

  return {
    put,
    /** The batch of a file. */
    async batchOf({ detail: { object } }: UploadEvent, partner?: string): Promise<Batch> {
      const ledger = createBatchLedger(parts(standingClock()));
      const { batches } = await ledger.list([partner], { limit: 1000 }, plentyOfTime(standingClock()));
      const batch = batches.find(({ file }) => file.version === object['version-id']);
      if (batch === undefined) throw new Error(`no batch is of the file ${object.key}`);
      return batch;
    },
    batches: (clock: Clock) => createBatchLedger(parts(clock)),
    /** Does the worker's and the webhook's part for all that is in the queue. @returns what was there */
    async work(endOf: (imageId: string) => LineEnd, clock: Clock): Promise<readonly Record<string, unknown>[]> {
      const limits = plentyOfTime(clock);
      const ledger = createLedger({ ...parts(clock), randomId: randomUUID });
      const completions = createCompletions(parts(clock));
      const messages = await drain(requests.url);
      for (const { request_id: id, image_id: imageId } of messages) {
        const item = await ledger.find(id as string, limits);
        if (item === undefined) throw new Error(`${id} has no item`);
        const end = endOf(imageId as string);
        if (item.outcome !== undefined) continue;
        await ledger.claim(item, { until: clock.now() + 1000, by: 'message#1' }, limits);
        const facts = { attempts: 1, warnings: [], at: clock.now() };
        const error = failure('not_found', 'no such image');
        const outcome: Outcome =
          end === 'refused' ? { kind: 'failed', error, ...facts } : { kind: 'succeeded', response: '{}', ...facts };
        await ledger.record(item, outcome, limits);
        if (end === 'refused' || end === 'started') continue;
        const statusReason = REASONS[end];
        const told = {
          by: 'webhook' as const,
          hasFailed: end !== 'finished',
          at: clock.now(),
          confirmed: true,
          isAmbiguous: false,
          statusReason,
        };
        const line = { batchId: item.batch?.batchId ?? '', line: item.upload?.line ?? 0 };
        await completions.note({ requestId: item.requestId, state: 'succeeded', ...line }, told, limits);
      }
      return messages;
    },
    /** Does the sweep's part for a line of which nobody knows how it ended. */
    async giveUp({ request_id: id }: Record<string, unknown>, clock: Clock): Promise<void> {
      const limits = plentyOfTime(clock);
      const item = await createLedger({ ...parts(clock), randomId: randomUUID }).find(id as string, limits);
      if (item === undefined) throw new Error(`${id} has no item`);
      const line = { batchId: item.batch?.batchId ?? '', line: item.upload?.line ?? 0 };
      const unknown = { ...unknownVerdict(null, clock.now()), isAmbiguous: false };
      await createCompletions(parts(clock)).note(
        { requestId: item.requestId, state: 'succeeded', ...line },
        unknown,
        limits,
      );
    },
    /** Deletes an object, as one that keeps its versions is deleted; or one version for good. */
    async remove(Key: string, VersionId?: string): Promise<void> {
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key, ...(VersionId && { VersionId }) }));
    },
    startTrigger,
    text,
    requests: () => drain(requests.url),
    async events() {
      const events = await drain(results.url);
      for (const event of events) expectPublished(event);
      return events;
    },
    async depth(): Promise<number> {
      const input = { QueueUrl: requests.url, AttributeNames: ['ApproximateNumberOfMessages' as const] };
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    async report({ detail: { object } }: UploadEvent): Promise<Report> {
      const report: Report = JSON.parse(await text(`reports/${object.key}/${object['version-id']}.json`));
      expectToFit(uploadReport, report, 'a report');
      const rejections = report.rejections_file === undefined ? '' : (await text(report.rejections_file)).trim();
      for (const line of rejections.split('\n').filter(Boolean)) {
        expectToFit(rejectedLine, JSON.parse(line), 'a rejected line');
      }
      return report;
    },
    /** The feeder forgets all batches, and whoever had the lease. */
    async forgetBatches() {
      const open = new QueryCommand({
        TableName: database.table,
        IndexName: BY_WORK,
        KeyConditionExpression: '#work = :work',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':work': { S: 'open' } },
      });
      const { Items = [] } = await database.client.send(open);
      for (const id of [...Items.map((item) => item.id?.S ?? ''), 'feeder']) {
        await database.client.send(new DeleteItemCommand({ TableName: database.table, Key: { id: { S: id } } }));
      }
    },
    item: database.item,
    async stop() {
      sqs.destroy();
      s3.destroy();
      await queues.close();
      await database.stop();
    },
  };
}

export const isBatch = (command: unknown): command is SendMessageBatchCommand =>
  command instanceof SendMessageBatchCommand;
