import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPauseStore } from '../../functions/adapters/ledger/account/pause.ts';
import { METRICS, type MetricName } from '../../functions/core/metric-names.ts';
import { MAX_CRASHES } from '../../functions/core/processing/crash.ts';
import type { Source } from '../../functions/core/request/reprocess-request.ts';
import type { Runtime } from '../../functions/runtime.ts';
import { readDocument, rowsOf } from '../docs/support/documents.ts';
import { startBatchBench } from '../support/batch-bench.ts';
import { startCallbackBench } from '../support/callback-bench.ts';
import { startReceiver } from '../support/callback-receiver.ts';
import { aLease, aRequest, NOON, standingClock } from '../support/fixtures.ts';
import { CALL_MS, type Container, startFunctionBench } from '../support/function-bench.ts';
import { sqsRecord } from '../support/sqs-event.ts';
import { startUploadBench, type TriggerOptions } from '../support/upload-bench.ts';
import { answering, RECORD, startWebhook } from './autoenhance-webhook/support.ts';
import { MINUTE, startSweepBench } from './completion-sweep/support.ts';
import { KEY as CONSOLE_KEY, openConsole } from './console/support.ts';
import { KEY, openApi } from './reprocess-api/support.ts';

const HOUR = 3_600_000;
const CLOSED_PORT = 'http://127.0.0.1:1';

let bench: Awaited<ReturnType<typeof startFunctionBench>>;
let uploads: Awaited<ReturnType<typeof startUploadBench>>;
let sweeps: Awaited<ReturnType<typeof startSweepBench>>;
let batches: Awaited<ReturnType<typeof startBatchBench>>;
let callbacks: Awaited<ReturnType<typeof startCallbackBench>>;
beforeAll(async () => {
  [bench, uploads, sweeps, batches, callbacks] = await Promise.all([
    startFunctionBench(),
    startUploadBench(),
    startSweepBench(),
    startBatchBench(),
    startCallbackBench(),
  ]);
});
afterEach(async () => {
  await uploads.requests();
  await uploads.forgetBatches();
});
afterAll(() => Promise.all([bench, uploads, sweeps, batches, callbacks].map(({ stop }) => stop())));

let count = 0;
let image: string;
beforeEach(() => {
  count += 1;
  image = `house-${count}`;
  bench.sandbox.heal();
});

const message = (more: object = {}, preferences: object = {}) =>
  sqsRecord({ image_id: image, preferences, ...more }, { attributes: { SentTimestamp: String(NOON - 5000) } });

type Lines = readonly object[];
/** What a function writes in a situation, and what the metric is then. */
type Situation = readonly [run: () => Promise<Lines>, value: number | readonly number[]];
type Entry =
  | 'reprocess-worker'
  | 'reprocess-api'
  | 'batch-api'
  | 'order-api'
  | 'console'
  | 'dead-letters'
  | 'upload-trigger'
  | 'batch-feeder'
  | 'autoenhance-webhook'
  | 'completion-sweep'
  | 'callback-api'
  | 'callback-delivery';

/** A worker carries out a message, and again as often as given an hour later. */
async function work(record = message(), { times = 1, baseUrl = bench.sandbox.url } = {}): Promise<Lines> {
  const worker = bench.startWorker({ baseUrl });
  for (let time = 0; time < times; time += 1) {
    await worker.run(record);
    worker.clock.set(worker.clock.now() + HOUR);
  }
  return worker.lines;
}

type Fault = Parameters<typeof bench.sandbox.fail>[0];
const whenEndpoint =
  (fault: Omit<Fault, 'imageId'>, times = 1, hits?: number) =>
  () => {
    bench.sandbox.fail({ ...fault, imageId: image, ...(hits !== undefined && { times: hits }) } as Fault);
    return work(message(), { times });
  };
const answers = (status: number, more: object = {}) => whenEndpoint({ kind: 'status', status, ...more } as Fault);

/** A request that has its item, as its entry point or an earlier delivery left it. */
async function accepted(source: Source) {
  const requestId = `${source}:${String(count).padStart(64, 'a')}`;
  const request = aRequest({ requestId, imageId: image, preferences: {}, source });
  if (source !== 'sqs') await bench.ledger.accept(request, bench.limits);
  return { request, record: message({ request_id: requestId }) };
}

/** A request of which so many workers have died. */
async function died(times: number): Promise<Lines> {
  const { request, record } = await accepted('upload');
  for (let death = 0; death < times; death += 1) {
    const claim = await bench.ledger.claim(request, aLease(NOON - 1), bench.limits);
    if (claim.kind === 'claimed') await bench.ledger.markCrashed(claim.item, bench.limits);
  }
  return work(record);
}

async function sameIdTwice(): Promise<Lines> {
  await work(message({ request_id: image }));
  return work(message({ request_id: image }, { other: true }));
}

const away = (async () => {
  throw new Error('connect ECONNREFUSED');
}) as never;
/** What no code here expects. */
const bug = () => {
  throw new TypeError('a bug');
};
const strange = (async () => ({ Item: 7 })) as never;

async function workWith(change: Partial<Runtime>): Promise<Lines> {
  const worker = bench.startWorker({ change });
  await worker.run(message());
  return worker.lines;
}

async function deadLetterWith(change: Partial<Runtime>): Promise<Lines> {
  const container = bench.startDeadLetters(change);
  await container.run(message());
  return container.lines;
}

async function apiWith(change: Partial<Runtime>): Promise<Lines> {
  const api = openApi(change);
  await api.call({ method: 'POST', path: `/v3/images/${image}/process`, headers: { 'x-api-key': KEY }, body: {} });
  return api.lines.map((line) => JSON.parse(line));
}

/** A call of the functions for batches and orders, over a ledger whose items cannot be understood. */
async function batchCallOver(path: string, body: unknown): Promise<Lines> {
  const spoilt = async () => ({ Item: { id: { S: 'batch:spoilt' } } });
  const { post, lines } = batches.open({ dynamo: spoilt });
  expect((await post(path, body, { headers: { 'idempotency-key': 'spoilt' } })).status).toBe(500);
  return lines.map((line) => JSON.parse(line));
}

/** An order is asked for while the endpoint refuses the key. */
async function orderOverRefusedKey(): Promise<Lines> {
  const { post, lines } = batches.open();
  batches.sandbox.fail({ kind: 'status', status: 401, call: 'order', times: 1 });
  expect((await post('/v3/orders/some/reprocess', { preferences: { hdr: true } })).status).toBe(503);
  return lines.map((line) => JSON.parse(line));
}

/** A partner is told of events so many ms apart, and its receiver answers with this status. */
const tell =
  (status: number, ms: readonly number[] = [0]) =>
  async (): Promise<Lines> => {
    await callbacks.clear();
    const receiver = await startReceiver();
    const { aim, deliver, messageFor, clock, lines } = callbacks.start();
    await aim(receiver.url);
    receiver.behave(() => ({ status }));
    for (const each of ms) {
      clock.set(clock.now() + each);
      await deliver(messageFor(`house-${each}`));
    }
    await receiver.stop();
    return lines;
  };

async function tellWith(change: Partial<Runtime>): Promise<Lines> {
  const { deliver, messageFor, lines } = callbacks.start(change);
  await deliver(messageFor('house'));
  return lines;
}

async function tellWhatNobodyWrote(): Promise<Lines> {
  const { deliverText, lines } = callbacks.start();
  await deliverText('garbage');
  return lines;
}

async function callbackCallWith(change: Partial<Runtime>): Promise<Lines> {
  const { call, lines } = callbacks.start(change);
  expect((await call({ method: 'PUT', path: '/v3/callback', body: { url: 'https://acme.example' } })).status).toBe(500);
  return lines;
}

/** Somebody signs in, and the function fails in itself. */
async function signInOver(dynamo: Runtime['dynamo']): Promise<Lines> {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  writeFileSync(join(folder, 'console.json'), '[]');
  const { signIn, lines } = openConsole({ folder, dynamo, table: 'ledger' });
  rmSync(folder, { recursive: true });
  expect((await signIn(CONSOLE_KEY)).status).toBe(500);
  return lines.map((line) => JSON.parse(line));
}

async function uploadWith({ randomId }: Pick<Runtime, 'randomId'>): Promise<Lines> {
  const trigger = uploads.startTrigger({ randomId });
  await expect(trigger.run(await uploads.put('requests/file.jsonl', '{}'))).rejects.toThrow('a bug');
  return trigger.lines;
}

async function deadLetter(body: object | string = {}): Promise<Lines> {
  const container = bench.startDeadLetters();
  await container.run(typeof body === 'string' ? sqsRecord(body) : message(body));
  return container.lines;
}

async function upload(key: string, body: string, metadata: Record<string, string> = {}): Promise<Lines> {
  const trigger = uploads.startTrigger();
  await trigger.run(await uploads.put(key, body, metadata));
  return trigger.lines;
}
let files = 0;
const FILE = () => `{"image_id":"${image}","preferences":{}}\nno request\n`;
const file = () => {
  files += 1;
  return upload(`requests/file-${files}.jsonl`, FILE());
};

/** A batch whose lines have all ended. */
async function batch(): Promise<Lines> {
  files += 1;
  const trigger = uploads.startTrigger();
  await trigger.run(await uploads.put(`requests/file-${files}.jsonl`, FILE()));
  await uploads.work(() => 'finished', trigger.clock);
  await trigger.feed();
  return trigger.lines;
}

/** The feeder looks at a batch that has lines to send, and at a queue without room, for more than an hour. */
async function stalls(): Promise<Lines> {
  files += 1;
  const clock = standingClock();
  const trigger = uploads.startTrigger({ clock, bulkDepth: 0 });
  await trigger.register(await uploads.put(`requests/file-${files}.jsonl`, FILE()));
  for (let look = 0; look <= 4; look += 1) {
    await trigger.feed();
    clock.set(NOON + (look + 1) * 0.3 * HOUR);
  }
  return trigger.lines;
}

/** The feeder looks once at an account with this limit. */
async function looks({ dailyLimit }: Pick<TriggerOptions, 'dailyLimit'> = {}): Promise<Lines> {
  const trigger = uploads.startTrigger(dailyLimit === undefined ? {} : { dailyLimit });
  await trigger.feed();
  return trigger.lines;
}

async function feedWith({ randomId }: Pick<Runtime, 'randomId'>): Promise<Lines> {
  const trigger = uploads.startTrigger({ randomId });
  await expect(trigger.feed()).rejects.toThrow('a bug');
  return trigger.lines;
}

async function toldBy(body: object, options: Parameters<typeof startWebhook>[0] = {}): Promise<Lines> {
  const webhook = startWebhook(options);
  await webhook.call({ event: 'image_processed', image_id: image, error: false, ...body });
  return webhook.lines.map((line) => JSON.parse(line));
}

async function toldWith(headers: Record<string, string>): Promise<Lines> {
  const webhook = startWebhook();
  await webhook.call({}, { headers });
  return webhook.lines.map((line) => JSON.parse(line));
}

/** A worker with a limit of one call carries out two messages. The window is the test's own. */
async function usesUp(): Promise<Lines> {
  const budget = { DAILY_LIMIT: 1, DAILY_RESET: { minute: count, zone: 'UTC' } };
  const worker = bench.startWorker({ budget });
  await worker.run(message());
  await worker.run(message({ image_id: `${image}-2` }));
  return worker.lines;
}

/** The webhook says that an image of ours failed for the daily limit. */
async function failsForLimit(): Promise<Lines> {
  const { send, table } = bench.database;
  await work();
  const record = { ...RECORD, status: 'error', status_reason: 'Daily limit reached' };
  const lines = await toldBy({ error: true }, { dynamo: send, transport: answering({ body: JSON.stringify(record) }) });
  await createPauseStore({ send, table, clock: standingClock(0) }).resume(bench.limits);
  return lines;
}

type Answer = NonNullable<ReturnType<typeof sweeps.start>['answers'][string]>;

/** The sweep looks at a started request, each time so many ms later. */
const sweep =
  (answer: Answer, ms: readonly number[] = [2 * MINUTE], response?: string) =>
  async () => {
    await sweeps.clear();
    const { started, runAfter, answers, lines } = sweeps.start();
    await started('house', {}, response);
    answers.house = answer;
    for (const each of ms) await runAfter(each);
    return lines;
  };
const FOUND = { status: 'processed' };
const OVER_LIMIT = { status: 'error', status_reason: 'Daily limit reached' };

const lost = { kind: 'reset' } as const;

/** Of each metric, by every function that writes it, a situation in which it does. */
const SITUATIONS: Readonly<Record<MetricName, Partial<Record<Entry, Situation>>>> = {
  RequestsHttp: { 'reprocess-worker': [async () => work((await accepted('http')).record), 1] },
  RequestsSqs: { 'reprocess-worker': [() => work(), 1] },
  RequestsUpload: { 'reprocess-worker': [async () => work((await accepted('upload')).record), 1] },
  OutcomeSucceeded: { 'reprocess-worker': [() => work(), 1] },
  OutcomeFailed: {
    'reprocess-worker': [answers(404), 1],
    'dead-letters': [deadLetter, 1],
    'upload-trigger': [file, 1],
  },
  OutcomeInvalidRequest: { 'reprocess-worker': [() => work(sqsRecord('garbage')), 1], 'upload-trigger': [file, 1] },
  OutcomeRequestIdReused: { 'reprocess-worker': [sameIdTwice, 1] },
  OutcomeNotFound: { 'reprocess-worker': [answers(404), 1] },
  OutcomeInvalidPreferences: { 'reprocess-worker': [answers(422), 1] },
  OutcomeRefused: { 'reprocess-worker': [answers(410), 1] },
  OutcomeGaveUp: { 'reprocess-worker': [whenEndpoint(lost, 6), 1] },
  OutcomeExpired: { 'reprocess-worker': [() => work(message({ not_after: '2020-01-01T00:00:00Z' })), 1] },
  OutcomeInternal: {
    'reprocess-worker': [() => died(MAX_CRASHES), 1],
    'dead-letters': [() => deadLetter('garbage'), 1],
  },
  Calls2xx: { 'reprocess-worker': [() => work(), 1] },
  Calls3xx: { 'reprocess-worker': [answers(302), 1] },
  Calls4xx: { 'reprocess-worker': [answers(404), 1] },
  Calls5xx: { 'reprocess-worker': [answers(503), 1] },
  CallsNotSent: { 'reprocess-worker': [() => work(message(), { baseUrl: CLOSED_PORT }), 1] },
  CallsLost: { 'reprocess-worker': [whenEndpoint(lost), 1] },
  CallLatency: { 'reprocess-worker': [answers(503), [CALL_MS]] },
  WaitingTime: {
    'reprocess-worker': [() => work(), [5000 + CALL_MS]],
    'dead-letters': [deadLetter, [5000]],
  },
  ReturnedAge: { 'reprocess-worker': [answers(503), [5000 + CALL_MS]] },
  Retries: { 'reprocess-worker': [whenEndpoint({ kind: 'status', status: 500 } as Fault, 3), 2] },
  DuplicateCalls: { 'reprocess-worker': [whenEndpoint(lost, 3), 2] },
  ThrottledSeconds: { 'reprocess-worker': [answers(429, { retryAfter: 7 }), 7] },
  KeyRefreshes: {
    'reprocess-worker': [answers(403), 1],
    'autoenhance-webhook': [() => toldBy({}, { transport: answering({ status: 403 }) }), 1],
    'completion-sweep': [sweep(() => ({ status: 403 })), 1],
    'order-api': [orderOverRefusedKey, 1],
  },
  AccountFault: { 'reprocess-worker': [answers(402), 1] },
  BudgetUsed: { 'reprocess-worker': [usesUp, [100, 100]] },
  BudgetExhausted: { 'reprocess-worker': [usesUp, 1] },
  AccountPaused: { 'autoenhance-webhook': [failsForLimit, 1], 'completion-sweep': [sweep(OVER_LIMIT), 1] },
  SentAgain: { 'autoenhance-webhook': [failsForLimit, 1], 'completion-sweep': [sweep(OVER_LIMIT), 1] },
  StepFailed: {
    'reprocess-worker': [() => workWith({ dynamo: away }), 1],
    'callback-delivery': [() => tellWith({ dynamo: away }), 1],
    'dead-letters': [() => deadLetterWith({ dynamo: away }), 1],
  },
  UnexpectedErrors: {
    'reprocess-worker': [() => workWith({ randomId: bug }), 1],
    'reprocess-api': [() => apiWith({ randomId: bug }), 1],
    'batch-api': [() => batchCallOver('/v3/batches', { image_ids: ['a'], preferences: {} }), 1],
    'order-api': [() => batchCallOver('/v3/orders/some/reprocess', { preferences: {} }), 1],
    'callback-api': [() => callbackCallWith({ randomId: bug }), 1],
    'callback-delivery': [tellWhatNobodyWrote, 1],
    console: [() => signInOver(bug), 1],
    'dead-letters': [() => deadLetterWith({ dynamo: strange }), 1],
    'autoenhance-webhook': [() => toldBy({}, { randomId: bug }), 1],
    'upload-trigger': [() => uploadWith({ randomId: bug }), 1],
    'completion-sweep': [sweep(FOUND, undefined, 'no JSON'), 1],
    'batch-feeder': [() => feedWith({ randomId: bug }), 1],
  },
  CallbacksDelivered: { 'callback-delivery': [tell(204, [0, 1000]), 2] },
  CallbackDelay: { 'callback-delivery': [tell(204), [0]] },
  CallbackAttemptsFailed: { 'callback-delivery': [tell(500), 1] },
  CallbacksGivenUp: { 'callback-delivery': [tell(410), 1] },
  CallbacksPaused: { 'callback-delivery': [tell(500, [0, 24 * HOUR]), 1] },
  CallbacksRemoved: { 'callback-delivery': [tell(410), 1] },
  DeadLetters: { 'dead-letters': [deadLetter, 1] },
  WebhookRefused: { 'autoenhance-webhook': [() => toldWith({ authentication: 'guessed' }), 1] },
  WebhookWithoutToken: { 'autoenhance-webhook': [() => toldWith({}), 1] },
  WebhookContradicted: {
    'autoenhance-webhook': [
      () => toldBy({}, { transport: answering({ body: JSON.stringify({ ...RECORD, status: 'error' }) }) }),
      1,
    ],
  },
  ImageFailed: {
    'autoenhance-webhook': [() => toldBy({ error: true }), 1],
    'completion-sweep': [sweep({ status: 'error' }), 1],
  },
  MissedWebhooks: { 'completion-sweep': [sweep(FOUND, [2 * MINUTE, 2 * MINUTE]), 1] },
  CompletionsUnknown: { 'completion-sweep': [sweep({ status: 'processing' }, [24 * HOUR]), 1] },
  LookDelay: { 'completion-sweep': [sweep({ status: 'processing' }, [7 * MINUTE]), [5 * MINUTE]] },
  UploadedRequests: { 'upload-trigger': [file, 1] },
  FedLines: { 'batch-feeder': [batch, 1] },
  FinishedBatches: { 'batch-feeder': [batch, 1] },
  OpenBatches: { 'batch-feeder': [looks, [0]] },
  StalledBatches: { 'batch-feeder': [stalls, [1]] },
  PausedMinutes: { 'batch-feeder': [() => looks({ dailyLimit: 0 }), 1] },
  RejectedLines: { 'upload-trigger': [file, 1] },
  IgnoredUploads: { 'upload-trigger': [() => upload('images/house.jpg', 'pixels'), 1] },
  UnreadUploads: { 'upload-trigger': [() => upload('requests/file.xlsx', 'PK'), 1] },
};

interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly [{ readonly Metrics: readonly { readonly Name: string }[] }];
  };
  readonly [member: string]: unknown;
}

const metricLines = (lines: Lines) => lines.filter((line): line is EmfLine => '_aws' in line);

/** All that the lines say of a metric: the sum of counts, every one of times. */
function saidOf(lines: readonly EmfLine[], name: MetricName): number | readonly unknown[] {
  const values = lines.flatMap((line) => line[name] ?? []);
  return ['Milliseconds', 'Percent', 'None'].includes(METRICS[name])
    ? values
    : values.reduce<number>((sum, value) => sum + Number(value), 0);
}

const cases = Object.entries(SITUATIONS).flatMap(([name, byEntry]) =>
  Object.entries(byEntry).map(([entry, situation]) => [name as MetricName, entry, situation] as const),
);

describe('a metric', () => {
  it.each(cases)('%s is written by %s in its situation, with its unit', async (name, entry, [run, value]) => {
    const lines = metricLines(await run());
    expect(saidOf(lines, name)).toEqual(value);
    for (const line of lines.filter((each) => name in each)) {
      const metrics = expect.arrayContaining([{ Name: name, Unit: METRICS[name] }]);
      const directive = { Namespace: 'Reprocess', Dimensions: [['stage', 'function']], Metrics: metrics };
      expect(line).toMatchObject({ stage: 'test', function: entry });
      expect(line._aws.CloudWatchMetrics[0]).toEqual(directive);
      expect(line._aws.CloudWatchMetrics[0].Metrics.filter(({ Name }) => !(Name in line))).toEqual([]);
    }
  });

  it('is explained in docs/metrics.md, with its unit and the functions that write it', () => {
    const rows = rowsOf(readDocument('docs/metrics.md'), /^`[A-Z]\w+`$/);
    const written = rows.map(([name = '', unit, functions = '']) => [
      name.replaceAll('`', ''),
      unit,
      functions.replaceAll('`', '').split(', '),
    ]);
    const expected = Object.entries(SITUATIONS).map(([name, byEntry]) => {
      return [name, METRICS[name as MetricName], Object.keys(byEntry)];
    });
    expect(written.toSorted()).toEqual(expected.toSorted());
    expect(rows.filter((row) => row.some((cell) => cell === ''))).toEqual([]);
  });
});

describe('the metrics of an invocation', () => {
  const names = (lines: Lines) => metricLines(lines).map(({ _aws, stage, function: _, ...values }) => values);

  it('count a bug on every message, and on every call, under the version that has it', async () => {
    const worker = bench.startWorker({ change: { randomId: bug, invocation: { functionVersion: '7' } } });
    expect(await worker.run(message(), message({ image_id: `${image}-2` }))).toHaveLength(2);
    const lines = [...metricLines(worker.lines), ...metricLines(await apiWith({ randomId: bug }))];
    expect(lines.map(({ version, UnexpectedErrors }) => [version, UnexpectedErrors])).toEqual([
      ['7', 2],
      ['$LATEST', 1],
    ]);
    for (const { _aws } of lines) {
      const [, byVersion] = _aws.CloudWatchMetrics as readonly object[];
      expect(byVersion).toMatchObject({ Dimensions: [['stage', 'function', 'version']] });
    }
  });

  it('do not take a part of AWS that is away, or the endpoint, for a bug', async () => {
    const sqs = () => Promise.reject(new Error('away'));
    const lines = [
      ...(await workWith({ dynamo: away })),
      ...(await work(message(), { baseUrl: CLOSED_PORT })),
      ...(await deadLetterWith({ dynamo: away })),
      ...(await apiWith({ dynamo: away })),
      ...(await toldBy({}, { sqs })),
    ];
    expect(saidOf(metricLines(lines), 'UnexpectedErrors')).toBe(0);
    expect(saidOf(metricLines(lines), 'StepFailed')).toBe(2);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'a step failed, and the message waits for a retry', dependency: 'ledger' }),
    );
  });

  it('are one line for a batch of ten', async () => {
    const worker = bench.startWorker();
    const records = Array.from({ length: 10 }, (_, n) => sqsRecord({ image_id: `${image}-${n}`, preferences: {} }));
    expect(await worker.run(...records)).toEqual([]);
    const [values, ...more] = names(worker.lines);
    expect(more).toEqual([]);
    const times = { CallLatency: expect.any(Array), WaitingTime: expect.any(Array) };
    expect(values).toEqual({ RequestsSqs: 10, Calls2xx: 10, OutcomeSucceeded: 10, ...times });
    expect([values?.CallLatency, values?.WaitingTime].map((each) => (each as unknown[]).length)).toEqual([10, 10]);
  });

  it('say of what goes back the age of the oldest alone', async () => {
    bench.sandbox.fail({ kind: 'status', status: 503, times: 3 } as Fault);
    const worker = bench.startWorker();
    const records = [3000, 9000, 6000].map((age, n) =>
      sqsRecord({ image_id: `${image}-${n}`, preferences: {} }, { attributes: { SentTimestamp: String(NOON - age) } }),
    );
    expect(await worker.run(...records)).toHaveLength(3);
    const [values] = names(worker.lines);
    expect(values?.ReturnedAge).toEqual([worker.clock.now() - NOON + 9000]);
  });

  it('say nothing where nothing happened', async () => {
    expect(names(await toldBy({}, { transport: answering({ body: JSON.stringify(RECORD) }) }))).toEqual([]);
  });

  it('are written also when it fails', async () => {
    const record = answering({ body: JSON.stringify({ ...RECORD, status: 'error' }) });
    const sqs = () => Promise.reject(new Error('away'));
    const lines = await toldBy({ error: true }, { transport: record, sqs });
    expect(names(lines)).toEqual([{ ImageFailed: 1 }]);
  });

  it('of an upload are written at its end, because a failed run is retried as a whole', async () => {
    const event = await uploads.put('requests/file.xlsx', 'PK');
    const isPut = (command: unknown) => command instanceof PutObjectCommand;
    const away = () => Promise.reject(new Error('away'));
    const s3: TriggerOptions['s3'] = (command, send) => (isPut(command) ? away() : send(command));
    for (const [stand, dependency] of [
      [{ sqs: away }, 'result queue'],
      [{ s3 }, 'uploads bucket'],
    ] as const) {
      const failing = uploads.startTrigger(stand);
      await expect(failing.run(event)).rejects.toMatchObject({ dependency });
      expect(names(failing.lines)).toEqual([]);
    }
    const trigger = uploads.startTrigger();
    await trigger.run(event);
    expect(names(trigger.lines)).toEqual([{ UnreadUploads: 1, OutcomeFailed: 1, OutcomeInvalidRequest: 1 }]);
  });
});

describe('a request', () => {
  const counted = ({ lines }: Container, name: MetricName) => saidOf(metricLines(lines), name);

  it('counts once, however often it comes, waits or is called', async () => {
    bench.sandbox.fail({ kind: 'status', status: 402, imageId: image, times: 1 });
    bench.sandbox.fail({ kind: 'status', status: 500, imageId: image, times: 1 });
    const worker = bench.startWorker();
    const record = message({ request_id: image });
    for (let run = 0; run < 5; run += 1) {
      await worker.run(record);
      worker.clock.set(worker.clock.now() + HOUR);
    }
    expect(bench.sandbox.calls().filter(({ imageId }) => imageId === image)).toHaveLength(3);
    expect(counted(worker, 'RequestsSqs')).toBe(1);
    expect(counted(worker, 'OutcomeSucceeded')).toBe(1);
    expect(counted(worker, 'WaitingTime')).toHaveLength(1);
    // The attempt that the account's fault ended did not count.
    expect(counted(worker, 'Retries')).toBe(1);
    expect(counted(worker, 'DuplicateCalls')).toBe(0);
  });

  it('ends once, in the log too, where the response to the write that ended it was lost', async () => {
    let isLost = false;
    const worker = bench.startWorker({
      async ledger(command, send) {
        const response = await send(command);
        if (isLost || !JSON.stringify(command.input).includes('"#outcome"')) return response;
        isLost = true;
        throw new Error('read ECONNRESET');
      },
    });
    await worker.run(message());
    expect(isLost).toBe(true);
    expect(counted(worker, 'OutcomeSucceeded')).toBe(1);
    expect(worker.lines.filter((line) => line.message === 'the request ended')).toHaveLength(1);
  });

  it('that has its outcome is not counted again for a later one', async () => {
    await work(message({ request_id: image }));
    const late = bench.startDeadLetters();
    await late.run(message({ request_id: image }));
    const [first, ...more] = metricLines(late.lines);
    expect([first?.DeadLetters, more]).toEqual([1, []]);
    expect([counted(late, 'OutcomeSucceeded'), counted(late, 'OutcomeFailed')]).toEqual([0, 0]);
    expect(late.lines.filter((line) => line.message === 'the request ended')).toEqual([]);
  });

  it('is no part of what INIT prepares', async () => {
    const worker = bench.startWorker();
    await worker.prepare();
    await worker.run(message());
    expect(counted(worker, 'CallLatency')).toHaveLength(1);
    expect(counted(worker, 'Calls2xx')).toBe(1);
    expect(counted(worker, 'RequestsHttp')).toBe(0);
  });

  it('whose claim crashed with its worker is a retry, and its call may be a duplicate', async () => {
    const lines = metricLines(await died(1));
    expect([saidOf(lines, 'Retries'), saidOf(lines, 'DuplicateCalls'), saidOf(lines, 'RequestsUpload')]).toEqual([
      1, 1, 0,
    ]);
  });

  it('that did not reach the endpoint is neither a call nor a duplicate of one', async () => {
    bench.sandbox.fail({ kind: 'reset', imageId: image, times: 1 });
    await work(message({ request_id: image }));
    const worker = bench.startWorker({ baseUrl: CLOSED_PORT });
    worker.clock.set(NOON + HOUR);
    await worker.run(message({ request_id: image }));
    expect([counted(worker, 'CallsNotSent'), counted(worker, 'DuplicateCalls'), counted(worker, 'Retries')]).toEqual([
      1, 0, 1,
    ]);
    expect(counted(worker, 'CallLatency')).toEqual([]);
  });
});
