import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createFeedLedger } from '../adapters/ledger/batches/feeding.ts';
import { createLineLedger } from '../adapters/ledger/batches/lines.ts';
import { createRequestBatches } from '../adapters/queues/request-batches.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import { createCountLines } from '../core/batch/feeding/count-lines.ts';
import { createEndBatch } from '../core/batch/feeding/end-batch.ts';
import { createFeedBatch } from '../core/batch/feeding/feed-batch.ts';
import { createFeeder } from '../core/batch/feeding/feeder.ts';
import { createQueueRoom } from '../core/batch/feeding/queue-room.ts';
import { createResendLines } from '../core/batch/feeding/resend-lines.ts';
import { createSendLines } from '../core/batch/feeding/send-lines.ts';
import { createTellLines } from '../core/batch/feeding/tell-lines.ts';
import { createReadLines } from '../core/batch/reading/read-lines.ts';
import { createWriteResults } from '../core/batch/results/results.ts';
import type { FeederEnvironment } from '../environment.ts';
import type { FeederRuntime } from '../upload-runtime.ts';
import { composeAccountState } from './account.ts';
import { composeEvents } from './events.ts';
import { composeTelemetry } from './shared.ts';

export function composeBatchFeeder(environment: FeederEnvironment, runtime: FeederRuntime) {
  const { clock, randomId } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'batch-feeder');
  const { LEDGER_TABLE: table } = environment;
  const database = { send: runtime.dynamo, table, clock };
  const ledger = createFeedLedger(database);
  const lines = createLineLedger(database);
  const store = createUploadStore({ send: runtime.s3 });
  const queue = createRequestBatches({ send: runtime.sqs, queueUrl: environment.REQUESTS_QUEUE_URL });
  const events = composeEvents(environment, runtime);
  const readLines = createReadLines({ store, parseCsv });
  const sendLines = createSendLines({ queue, clock });
  const tellLines = createTellLines({ lines, sendLines, clock });
  const counting = createCountLines({ lines, tellLines, clock });
  const writeResults = createWriteResults({ readLines, parseCsv, lines });
  const runFeeder = createFeeder({
    ledger,
    counting,
    resendLines: createResendLines({ lines, counting, tellLines }),
    feeding: createFeedBatch({ readLines, lines, sendLines, clock }),
    endBatch: createEndBatch({ ...telemetry, ledger, store, writeResults, events, clock }),
    room: createQueueRoom({ queue, bulkDepth: environment.BULK_DEPTH, clock }),
    account: composeAccountState(environment, runtime),
    clock,
    randomId,
    ...telemetry,
  });
  return { runFeeder, clock, ...telemetry };
}
