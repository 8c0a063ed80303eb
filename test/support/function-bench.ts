import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { Transport } from '../../functions/adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../../functions/adapters/autoenhance/transport.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { composeDeadLetters } from '../../functions/composition/dead-letters.ts';
import { composeWorker } from '../../functions/composition/worker.ts';
import { createDeadLettersHandler } from '../../functions/dead-letters/handler.ts';
import type { BudgetEnvironment } from '../../functions/environment.ts';
import { createWorkerHandler } from '../../functions/reprocess-worker/handler.ts';
import type { Runtime } from '../../functions/runtime.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import { startQueues } from '../../local/queues.ts';
import { createSandbox } from '../../local/sandbox/server.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { NO_LIMIT, plentyOfTime, standingClock } from './fixtures.ts';
import { startLedgerTable } from './ledger-table.ts';
import { lambdaContext, sqsEvent, uncut } from './sqs-event.ts';

/** What each call of the endpoint takes, on the functions' clock. */
export const CALL_MS = 120;
const API_KEY = 'the-api-key';
/** From here on a sleep is a timeout. */
const CUT_OFF_MS = 3000;

/** One function in a container of its own. */
export interface Container {
  readonly clock: ReturnType<typeof standingClock>;
  /** What it has written so far, parsed. */
  readonly lines: readonly Record<string, unknown>[];
  run(...records: readonly SQSRecord[]): Promise<readonly string[]>;
}

type Send = (command: { readonly input: object }, options?: object) => Promise<unknown>;

/** What a test changes of the runtime, to be a bug. */
type Change = Partial<Runtime>;

interface WorkerOptions {
  readonly change?: Change;
  readonly baseUrl?: string;
  /** Of the account's limit. */
  readonly budget?: Partial<BudgetEnvironment>;
  readonly ledger?: (command: { readonly input: object }, send: Send) => Promise<unknown>;
}

/** The queues' functions as they are composed, over servers that speak the real protocols. Time stands still but for calls. */
export async function startFunctionBench() {
  const queues = await startQueues();
  const database = await startLedgerTable();
  const secrets = await startSecretsManager({ secrets: { key: API_KEY } });
  const sandbox = await createSandbox({ apiKey: API_KEY, acceptAnyImage: true, dailyLimit: 1_000_000 });
  const queueUrl = (name: string) => `${queues.url}/000000000000/${name}.fifo`;
  const names = ['requests', 'dead-letters', 'results', 'callbacks'];
  const attributes = { FifoQueue: 'true', DeduplicationScope: 'messageGroup', VisibilityTimeout: '600' };
  queues.create(names.map((name) => ({ name: `${name}.fifo`, url: queueUrl(name), arn: `arn:${name}`, attributes })));
  const sqs = new SQSClient(clientSettings(queues.url));
  const secretsClient = new SecretsManagerClient(clientSettings(secrets.url));
  let ids = 0;

  const common = {
    STAGE: 'test',
    LEDGER_TABLE: database.table,
    RESULTS_QUEUE_URL: queueUrl('results'),
    CALLBACKS_QUEUE_URL: queueUrl('callbacks'),
    FREE_RECEIVES: 300,
    SLOWED_WAIT_SECONDS: 1800,
  } as const;

  function container() {
    const clock = standingClock();
    // A pause is over at once. What is cut off after a time never is: a secret's read may take as long as this machine is busy.
    const sleep = (ms: number, signal?: AbortSignal) => (ms < CUT_OFF_MS ? clock.sleep(ms) : untilAborted(signal));
    const lines: Record<string, unknown>[] = [];
    const runtime: Runtime = {
      sqs: sqs.send.bind(sqs),
      dynamo: database.client.send.bind(database.client),
      secrets: secretsClient.send.bind(secretsClient),
      clock: { ...clock, sleep },
      random: () => 0,
      randomId: () => `id-${++ids}`,
      invocation: {},
      write: (line) => void (line !== '' && lines.push(JSON.parse(line))),
    };
    return { clock, lines, runtime };
  }

  /** @param ledger stands before the ledger's client; it may fail a command */
  function startWorker({ baseUrl = sandbox.url, ledger, change, ...options }: WorkerOptions = {}): Container & {
    readonly prepare: () => Promise<void>;
  } {
    const { runtime: plain, ...own } = container();
    const dynamo = ledger && (((command) => ledger(command, plain.dynamo as never)) as Send as Runtime['dynamo']);
    const runtime = { ...plain, ...(dynamo && { dynamo }), ...change };
    const real = createHttpsTransport(runtime);
    const transport: Transport = (call) => real(call).finally(() => own.clock.set(own.clock.now() + CALL_MS));
    const environment = {
      ...common,
      LOG_LEVEL: 'info' as const,
      REQUESTS_QUEUE_URL: queueUrl('requests'),
      AUTOENHANCE_SECRET_ID: 'key',
      AUTOENHANCE_BASE_URL: baseUrl,
      AUTOENHANCE_API_VERSION: '',
      RETRY_FOR_SECONDS: 60,
      LOST_RESPONSE_WAIT_SECONDS: 30,
      CALLS_PER_SECOND: 1_000_000,
      REQUEST_LIFETIME_SECONDS: 13 * 86_400,
      FIRST_LOOK_SECONDS: 90,
      ...NO_LIMIT,
      ...options.budget,
    };
    const { prepare, ...parts } = composeWorker(environment, runtime, transport);
    return { ...own, prepare, run: runnerOf(createWorkerHandler(parts)) };
  }

  function startDeadLetters(change: Change = {}): Container {
    const { runtime, ...own } = container();
    const environment = { ...common, LOG_LEVEL: 'info', DEAD_LETTERS_QUEUE_URL: queueUrl('dead-letters') } as const;
    return {
      ...own,
      run: runnerOf(createDeadLettersHandler(composeDeadLetters(environment, { ...runtime, ...change }))),
    };
  }

  const clock = standingClock();
  const ledger = createLedger({
    send: database.client.send.bind(database.client),
    table: database.table,
    clock,
    randomId: () => `id-${++ids}`,
  });

  return {
    startWorker,
    startDeadLetters,
    sandbox,
    ledger,
    database: { send: database.client.send.bind(database.client), table: database.table },
    limits: plentyOfTime(clock),
    async stop() {
      sqs.destroy();
      secretsClient.destroy();
      await Promise.all([queues.close(), database.stop(), secrets.close(), sandbox.close()]);
    },
  };
}

function untilAborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}

/** @returns which messages come again */
function runnerOf(handler: ReturnType<typeof createWorkerHandler>): Container['run'] {
  return async (...records) => {
    const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext(), uncut());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}
