import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createWakeFeeder } from '../adapters/event-bus/wake-feeder.ts';
import { createBatchLedger } from '../adapters/ledger/batches.ts';
import { createWaitingRequests } from '../adapters/ledger/waiting-requests.ts';
import { createRequestFiles } from '../adapters/storage/request-files.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import type { BatchRuntime } from '../batch-runtime.ts';
import { createCheckFile } from '../core/batch/check/check-file.ts';
import { createCreateBatch } from '../core/batch/create-batch.ts';
import { type Pace, paceOf } from '../core/batch/pace.ts';
import { createViewBatch } from '../core/batch/view-batch.ts';
import type { AccountState } from '../core/budget/ports.ts';
import type { Clock, Limits } from '../core/ports.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { BatchApiEnvironment } from '../environment.ts';
import { composeAccountState } from './account.ts';

/** What every function that takes batches over HTTP is made of. */
export function composeBatches(environment: BatchApiEnvironment, runtime: BatchRuntime, telemetry: Telemetry) {
  const { clock } = runtime;
  const table = { send: runtime.dynamo, table: environment.LEDGER_TABLE, clock };
  const { UPLOADS_BUCKET: bucket, BATCH_WAITING_SOURCE: source } = environment;
  const batches = createBatchLedger(table);
  const account = composeAccountState(environment, runtime);
  const store = createUploadStore({ send: runtime.s3 });
  const files = createRequestFiles({ send: runtime.s3, signer: runtime.signer, bucket });
  const wakeFeeder = createWakeFeeder({ send: runtime.events, source });
  const pace = composePace(environment, account, clock);
  const waitingRequests = createWaitingRequests(table);
  const checkFile = createCheckFile({ store, parseCsv, paceOf: pace, waitingRequests });
  return {
    batches,
    store,
    files,
    wakeFeeder,
    createBatch: createCreateBatch({ batches, files, checkFile, wakeFeeder, bucket, clock, log: telemetry.log }),
    viewBatch: createViewBatch({ account, paceOf: pace, clock }),
  };
}

function composePace(
  environment: Pick<
    BatchApiEnvironment,
    'FILES_KEPT_DAYS' | 'WORKERS_CALLS_PER_SECOND' | 'DAILY_LIMIT' | 'INTERACTIVE_SHARE'
  >,
  account: AccountState,
  clock: Pick<Clock, 'now'>,
) {
  const { FILES_KEPT_DAYS: keptForDays, WORKERS_CALLS_PER_SECOND: callsPerSecond } = environment;
  const { DAILY_LIMIT: limit, INTERACTIVE_SHARE: share } = environment;
  const bulkPerWindow = limit === null ? Number.POSITIVE_INFINITY : limit - Math.floor(limit * share);
  return async (requests: number, limits: Limits): Promise<Pace> => {
    const budget = await account.budget(limits);
    return paceOf({ requests, budget, bulkPerWindow, callsPerSecond, now: clock.now(), keptForDays });
  };
}
