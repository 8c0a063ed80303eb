import { parseCsv } from '../adapters/csv/parse-csv.ts';
import { createLineReader } from '../adapters/ledger/batches/line-reader.ts';
import type { BatchRuntime } from '../batch-runtime.ts';
import { createRetryBatch } from '../core/batch/creating/retry-batch.ts';
import { createReadLines } from '../core/batch/reading/read-lines.ts';
import { createLinePages } from '../core/batch/results/line-pages.ts';
import { createReadRows } from '../core/batch/results/read-rows.ts';
import { createRenderResults } from '../core/batch/results/render-results.ts';
import { createWriteResults } from '../core/batch/results/results.ts';
import type { BatchApiEnvironment } from '../environment.ts';
import { composeBatches } from './batches.ts';
import { composePartnerKeys } from './partner-keys.ts';
import { composePartnerLimits } from './partner-limits.ts';
import { prepare, readLedger } from './prepare.ts';
import { composeTelemetry } from './shared.ts';

export function composeBatchApi(environment: BatchApiEnvironment, runtime: BatchRuntime) {
  const { clock } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'batch-api');
  const keys = composePartnerKeys(environment, runtime, telemetry);
  const limiter = composePartnerLimits(environment, runtime, telemetry);
  const common = composeBatches(environment, runtime, telemetry, { limiter, ...keys });
  const { batches, store, createBatch } = common;
  const lines = createLineReader({ send: runtime.dynamo, table: environment.LEDGER_TABLE, clock });
  const readLines = createReadLines({ store, parseCsv });
  return {
    ...common,
    linePages: createLinePages({ readRows: createReadRows({ readLines, lines }), lines }),
    renderResults: createRenderResults(createWriteResults({ readLines, parseCsv, lines })),
    retryBatch: createRetryBatch({ lines, createBatch, clock }),
    authentication: keys.authentication,
    limiter,
    owners: keys.owners,
    batches,
    clock,
    randomId: runtime.randomId,
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([keys.prepare, readLedger(environment, runtime)], runtime),
  };
}
