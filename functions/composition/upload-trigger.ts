import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createWakeFeeder } from '../adapters/event-bus/wake-feeder.ts';
import { createBatchLedger } from '../adapters/ledger/batches/batches.ts';
import { createFileLedger } from '../adapters/ledger/batches/files.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createRequestBatches } from '../adapters/queues/request-batches.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import { createCheckFile } from '../core/batch/check/check-file.ts';
import { createReadLines } from '../core/batch/reading/read-lines.ts';
import { createAnnounceRefusals } from '../core/batch/uploads/announce-refusals.ts';
import { createHoldFile } from '../core/batch/uploads/file-lease.ts';
import { createProcessImage } from '../core/batch/uploads/process-image.ts';
import { createRegisterFile } from '../core/batch/uploads/register-file.ts';
import { createReportMisplaced } from '../core/batch/uploads/report-misplaced.ts';
import type { UploadEnvironment } from '../environment.ts';
import type { UploadRuntime } from '../upload-runtime.ts';
import { composeBatchPace } from './batch-pace.ts';
import { composeResults } from './events.ts';
import { composeTelemetry } from './shared.ts';

export function composeUploadTrigger(environment: UploadEnvironment, runtime: UploadRuntime) {
  const { clock, randomId } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'upload-trigger');
  const { LEDGER_TABLE: table } = environment;
  const database = { send: runtime.dynamo, table, clock };
  const store = createUploadStore({ send: runtime.s3 });
  const queue = createRequestBatches({ send: runtime.sqs, queueUrl: environment.REQUESTS_QUEUE_URL });
  const outcomes = composeResults(environment, runtime);
  const common = { ...telemetry, store, queue, outcomes, clock };
  const readLines = createReadLines({ store, parseCsv });
  const files = createFileLedger(database);
  const registerFile = createRegisterFile({
    ...common,
    files,
    holdFile: createHoldFile({ files, clock, randomId }),
    checkFile: createCheckFile({ store, parseCsv, paceOf: composeBatchPace(environment, runtime) }),
    announceRefusals: createAnnounceRefusals({ ...common, readLines }),
    batches: createBatchLedger(database),
    feeder: createWakeFeeder({ send: runtime.events, source: environment.FEEDER_SOURCE }),
  });
  const processImage = createProcessImage({ ...common, ledger: createLedger({ ...database, randomId }) });
  const reportMisplaced = createReportMisplaced(common);
  return { registerFile, processImage, reportMisplaced, bucket: environment.UPLOADS_BUCKET, clock, ...telemetry };
}
