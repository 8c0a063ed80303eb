import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createWakeFeeder } from '../adapters/event-bus/wake-feeder.ts';
import { createBatchLedger } from '../adapters/ledger/batches.ts';
import { createWaitingRequests } from '../adapters/ledger/waiting-requests.ts';
import { createRequestFiles } from '../adapters/storage/request-files.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import type { BatchRuntime } from '../batch-runtime.ts';
import { createCheckFile } from '../core/batch/check/check-file.ts';
import { createCreateBatch } from '../core/batch/create-batch.ts';
import { createViewBatch } from '../core/batch/view-batch.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { BatchApiEnvironment } from '../environment.ts';
import { composeAccountState, composeBatchPace } from './account.ts';

/** What every function that takes batches over HTTP is made of. */
export function composeBatches(environment: BatchApiEnvironment, runtime: BatchRuntime, telemetry: Telemetry) {
  const { clock } = runtime;
  const table = { send: runtime.dynamo, table: environment.LEDGER_TABLE, clock };
  const { UPLOADS_BUCKET: bucket, FEEDER_SOURCE: source } = environment;
  const batches = createBatchLedger(table);
  const account = composeAccountState(environment, runtime);
  const store = createUploadStore({ send: runtime.s3 });
  const files = createRequestFiles({ send: runtime.s3, signer: runtime.signer, bucket });
  const feeder = createWakeFeeder({ send: runtime.events, source });
  const pace = composeBatchPace(environment, runtime);
  const waitingRequests = createWaitingRequests(table);
  const checkFile = createCheckFile({ store, parseCsv, paceOf: pace, waitingRequests });
  return {
    batches,
    store,
    files,
    feeder,
    createBatch: createCreateBatch({ batches, files, checkFile, feeder, bucket, clock, log: telemetry.log }),
    viewBatch: createViewBatch({ account, paceOf: pace, clock }),
  };
}
