// npm run bench:uploads [-- LINES]: request files of a million lines, fed to the local queue as the function feeds them.
// Each file is fed by a process of its own, whose memory is that of the function and of nothing else.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UsageError } from '../local/args.ts';
import { clientSettings } from '../local/aws-clients.ts';
import { failWith } from '../local/fail-with.ts';
import { startQueues } from '../local/queues.ts';
import type { FeedFigures } from './uploads/feed.ts';

const USAGE = `npm run bench:uploads -- [LINES]

  Feeds request files of a tenth of LINES and of LINES (1000000 unless given),
  in each format, to the local queue, and measures it.`;

if (process.argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
const LINES = readLines(process.argv[2] ?? '1000000');
const MAX_MEMORY_MB = 512;
const FLOOR = 100;

const queues = await startQueues();
const plans = ['requests.fifo'].map((name) => ({
  name,
  url: `${queues.url}/000000000000/${name}`,
  arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' },
}));
queues.create(plans);
const [requestsUrl = ''] = plans.map(({ url }) => url);
const sqs = new SQSClient(clientSettings(queues.url));
// The messages have no consumer, so they are deleted before they fill the memory.
const emptying = setInterval(() => sqs.send(new PurgeQueueCommand({ QueueUrl: requestsUrl })).catch(() => {}), 500);

console.log(`lines      format  lines a second  peak memory  SendMessageBatch for 1,000 lines (floor: ${FLOOR})`);
let isWithin = true;
for (const lines of [LINES / 10, LINES]) {
  for (const format of ['ndjson', 'csv']) {
    const { seconds, peakMb, batches, accepted } = await feed(format, lines);
    const perThousand = (batches / lines) * 1000;
    isWithin &&= accepted === lines && peakMb < MAX_MEMORY_MB;
    const figures = [
      Math.round(lines / seconds).toLocaleString('en'),
      `${Math.round(peakMb)} MB`,
      perThousand.toFixed(1),
    ];
    const [speed = '', memory = '', calls = ''] = figures;
    console.log(
      `${lines.toLocaleString('en').padEnd(10)} ${format.padEnd(7)} ${speed.padEnd(15)} ${memory.padEnd(12)} ${calls}`,
    );
  }
}
clearInterval(emptying);
sqs.destroy();
await queues.close();
process.exit(isWithin ? 0 : 1);

/** The smaller of the two files has a tenth of it. */
function readLines(word: string): number {
  if (/^[1-9]\d*0$/.test(word)) return Number(word);
  failWith(new UsageError(`LINES must be a multiple of 10, got ${word}`));
}

async function feed(format: string, lines: number): Promise<FeedFigures> {
  const script = join(import.meta.dirname, 'uploads/feed.ts');
  const args = [`--max-old-space-size=${MAX_MEMORY_MB}`, script, format, String(lines), requestsUrl];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return JSON.parse(output) as FeedFigures;
}
