import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createWakeFeeder } from '../adapters/event-bus/wake-feeder.ts';
import { createBatchLedger } from '../adapters/ledger/batches/batches.ts';
import { createWaitingRequests } from '../adapters/ledger/requests/waiting-requests.ts';
import { createRequestFiles } from '../adapters/storage/request-files.ts';
import { createUploadStore } from '../adapters/storage/upload-store.ts';
import type { BatchRuntime } from '../batch-runtime.ts';
import { createCheckFile } from '../core/batch/check/check-file.ts';
import { createCreateBatch } from '../core/batch/creating/create-batch.ts';
import { createViewBatch } from '../core/batch/viewing/view-batch.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { PartnerLimiter } from '../core/partner-limits.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { BatchApiEnvironment } from '../environment.ts';
import { composeAccountState } from './account.ts';
import { composeBatchPace, composePace } from './batch-pace.ts';

interface BatchLimits {
  readonly limiter: Pick<PartnerLimiter, 'admitBatch'>;
  /** What a partner's entry says of them. */
  readonly limitsOf: (partner: string) => Promise<Partner['limits']>;
}

/** What every function that takes batches over HTTP is made of. */
export function composeBatches(
  environment: BatchApiEnvironment,
  runtime: BatchRuntime,
  telemetry: Telemetry,
  { limiter, limitsOf }: BatchLimits,
) {
  const { clock } = runtime;
  const table = { send: runtime.dynamo, table: environment.LEDGER_TABLE, clock };
  const { UPLOADS_BUCKET: bucket, FEEDER_SOURCE: source } = environment;
  const batches = createBatchLedger(table);
  const account = composeAccountState(environment, runtime);
  const store = createUploadStore({ send: runtime.s3 });
  const files = createRequestFiles({ send: runtime.s3, signer: runtime.signer, bucket });
  const feeder = createWakeFeeder({ send: runtime.events, source });
  const waitingRequests = createWaitingRequests(table);
  const checkFile = createCheckFile({
    store,
    parseCsv,
    paceOf: composeBatchPace(environment, runtime),
    waitingRequests,
  });
  return {
    batches,
    store,
    files,
    feeder,
    createBatch: createCreateBatch({
      ...{ batches, files, checkFile, feeder, bucket, clock, log: telemetry.log },
      admit: async (name, limits) => limiter.admitBatch(name, await limitsOf(name), limits),
    }),
    viewBatch: createViewBatch({ account, paceOf: composePace(environment, runtime), clock }),
  };
}
