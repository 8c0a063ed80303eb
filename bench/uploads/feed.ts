// node bench/uploads/feed.ts FORMAT LINES REQUESTS_QUEUE_URL RESULTS_QUEUE_URL: feeds one file, and prints FeedFigures as JSON.
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import { createRequestBatches } from '../../functions/adapters/queues/request-batches.ts';
import { createResultQueue } from '../../functions/adapters/queues/result-queue.ts';
import { systemClock as clock } from '../../functions/adapters/system-clock.ts';
import { createFeedLines } from '../../functions/core/batch/feeding/feed-lines.ts';
import { createProgressTracker } from '../../functions/core/batch/feeding/progress.ts';
import { createReadLines } from '../../functions/core/batch/reading/read-lines.ts';
import { firstProgress } from '../../functions/core/batch/upload.ts';
import { clientSettings } from '../../local/aws-clients.ts';

/** What feeding one file came to. */
export interface FeedFigures {
  readonly seconds: number;
  readonly peakMb: number;
  /** SendMessageBatch calls. */
  readonly batches: number;
  readonly accepted: number;
}

const [format = '', lines = '', queueUrl = '', resultsUrl = ''] = process.argv.slice(2);
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
const feedLines = createFeedLines({
  readLines: createReadLines({ store: { read }, parseCsv }),
  queue: createRequestBatches({ send, queueUrl }),
  outcomes: createResultQueue({ send, queueUrl: resultsUrl, stage: 'bench', clock }),
  // How fast it can be, and not how slow it is asked to be.
  maxQueueDepth: Number.MAX_SAFE_INTEGER,
  clock,
});
const progress = createProgressTracker(firstProgress(clock.now()));
const begun = performance.now();
const run = { stopAt: Number.MAX_SAFE_INTEGER, isOurs: () => true, keep: async () => {} };
const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
await feedLines({ bucket: 'bench', key: `requests/bench.${format}`, version: 'v' }, progress, run, limits);
const figures: FeedFigures = {
  seconds: (performance.now() - begun) / 1000,
  // maxRSS is in KB.
  peakMb: process.resourceUsage().maxRSS / 1024,
  batches,
  accepted: progress.settled.accepted,
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
