import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createNextRun } from '../adapters/event-bus/next-run.ts';
import { createFileLedger } from '../adapters/ledger/files.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createRequestBatches } from '../adapters/queues/request-batches.ts';
import { createResultQueue } from '../adapters/queues/result-queue.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import { createFeedLines } from '../core/batch/feeding/feed-lines.ts';
import { createProcessFile } from '../core/batch/process-file.ts';
import { createProcessImage } from '../core/batch/process-image.ts';
import { createReadLines } from '../core/batch/reading/read-lines.ts';
import { createReportMisplaced } from '../core/batch/report-misplaced.ts';
import { createWriteReport } from '../core/batch/write-report.ts';
import type { UploadEnvironment } from '../environment.ts';
import type { UploadRuntime } from '../upload-runtime.ts';
import { composeTelemetry } from './shared.ts';

export function composeUploadTrigger(environment: UploadEnvironment, runtime: UploadRuntime) {
  const { clock, randomId } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'upload-trigger');
  const { STAGE: stage, LEDGER_TABLE: table, MAX_QUEUE_DEPTH: maxQueueDepth } = environment;
  const dailyLimit = environment.DAILY_LIMIT ?? Number.POSITIVE_INFINITY;
  const store = createUploadStore({ send: runtime.s3 });
  const queue = createRequestBatches({ send: runtime.sqs, queueUrl: environment.REQUESTS_QUEUE_URL });
  const outcomes = createResultQueue({ send: runtime.sqs, queueUrl: environment.RESULTS_QUEUE_URL, stage, clock });
  const common = { ...telemetry, store, queue, outcomes, clock };
  const readLines = createReadLines({ store, parseCsv });
  const processFile = createProcessFile({
    ...common,
    randomId,
    files: createFileLedger({ send: runtime.dynamo, table, clock }),
    feedLines: createFeedLines({ ...common, readLines, maxQueueDepth }),
    writeReport: createWriteReport({ store, readLines, clock, dailyLimit }),
    nextRun: createNextRun({ send: runtime.events, source: environment.NEXT_RUN_SOURCE }),
  });
  const ledger = createLedger({ send: runtime.dynamo, table, clock, randomId });
  const processImage = createProcessImage({ ...common, ledger });
  const reportMisplaced = createReportMisplaced({ ...common, dailyLimit });
  return { processFile, processImage, reportMisplaced, bucket: environment.UPLOADS_BUCKET, clock, ...telemetry };
}
