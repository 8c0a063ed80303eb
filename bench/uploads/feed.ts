// node bench/uploads/feed.ts FORMAT LINES REQUESTS_QUEUE_URL: feeds one file, and prints FeedFigures as JSON.
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import { createRequestBatches } from '../../functions/adapters/queues/request-batches.ts';
import { systemClock as clock } from '../../functions/adapters/system-clock.ts';
import { batchIdOf, newBatch } from '../../functions/core/batch/batch.ts';
import { createFeedBatch } from '../../functions/core/batch/feeding/feed-batch.ts';
import { createOpenBatch } from '../../functions/core/batch/feeding/open-batch.ts';
import type { FedBatch } from '../../functions/core/batch/feeding/ports.ts';
import { createSendLines } from '../../functions/core/batch/feeding/send-lines.ts';
import { createReadLines } from '../../functions/core/batch/reading/read-lines.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import { peakMb } from '../machine/peak-memory.ts';

/** What feeding one file came to. */
export interface FeedFigures {
  readonly seconds: number;
  readonly peakMb: number;
  /** SendMessageBatch calls. */
  readonly batches: number;
  readonly accepted: number;
}

/** As many as fit into a queue that is fed for a hundred calls a second. */
const LINES_A_TURN = 500;

const [format = '', lines = '', queueUrl = ''] = process.argv.slice(2);
const path = join(tmpdir(), `bench-${process.pid}.${format}`);
writeFile(Number(lines));
const file = openSync(path, 'r');
const { size } = fstatSync(file);
const sqs = new SQSClient(clientSettings(new URL(queueUrl).origin));
let batches = 0;
const send = ((command: never, options: never) => {
  if ((command as unknown) instanceof SendMessageBatchCommand) batches += 1;
  return sqs.send(command, options);
}) as SQSClient['send'];

// The file stands in for the bucket: reading a part of it costs nothing that the function would keep.
const read = async (_upload: unknown, offset: number, length: number) => {
  const bytes = Buffer.alloc(Math.min(length, size - offset));
  readSync(file, bytes, 0, bytes.length, offset);
  return { bytes, size };
};
// The ledger takes no time here: what its writes cost is AWS's, and the same for each line.
const lineLedger = { put: async () => {}, findWhole: async () => [] };
const feeding = createFeedBatch({
  readLines: createReadLines({ store: { read }, parseCsv }),
  lines: lineLedger,
  sendLines: createSendLines({ queue: createRequestBatches({ send, queueUrl }), clock }),
  clock,
});
const fileFacts = { bucket: 'bench', key: `requests/bench.${format}`, version: 'v' };
const batch = newBatch({
  ...{ batchId: batchIdOf('bench'), name: 'bench', source: 'upload', file: fileFacts, createdAt: clock.now() },
});
const ledger = { save: async (fed: FedBatch) => ({ ...fed, revision: fed.revision + 1 }) };
const open = createOpenBatch(ledger, { batch, revision: 0, journal: [] });
const begun = performance.now();
const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
while (!open.batch.feed.isFed) await feeding.feed(open, LINES_A_TURN, limits);
const figures: FeedFigures = {
  seconds: (performance.now() - begun) / 1000,
  peakMb: peakMb(),
  batches,
  accepted: open.batch.feed.lines,
};
closeSync(file);
rmSync(path);
console.log(JSON.stringify(figures));
process.exit(0);

/** About a hundred bytes a line, every line for another image. */
function writeFile(count: number): void {
  const out = openSync(path, 'w');
  if (format === 'csv') writeSync(out, 'image_id,ai_version,enhance_type,upscale,rating,metadata.listing\n');
  for (let first = 0; first < count; first += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, count - first) }, (_, index) => row(first + index));
    writeSync(out, `${rows.join('\n')}\n`);
  }
  closeSync(out);
}

function row(n: number): string {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  if (format === 'csv') return `${id},4.x,neutral,true,${n % 6},listing ${n}`;
  const preferences = { ai_version: '4.x', enhance_type: 'neutral', upscale: true, rating: n % 6 };
  return JSON.stringify({ image_id: id, preferences });
}
