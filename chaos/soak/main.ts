// npm run soak: the service of this machine under load, faults and kills, over real protocols.
import { parseArgs } from 'node:util';
import { accountFor } from './account.ts';
import { LOT } from './load.ts';
import { runSoak, type SoakResult } from './soak.ts';

const USAGE = `npm run soak -- [--requests N] [--minutes N]

  Hands requests to the service of this machine by HTTP, by SQS, as files and as batches, while one call of the endpoint in ten
  fails and a function is killed every three seconds. Then accounts for each request. Exit status: 0 when every promise was kept.

  --requests N   in all, a multiple of ${4 * LOT} (20000)
  --minutes N    over which they are handed over (10); then what was killed takes up to 15 more to settle
  --help         shows this`;

function readOptions(): { readonly requests: number; readonly minutes: number } | 'help' {
  const options = { requests: { type: 'string' }, minutes: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) return 'help';
  const requests = Number(values.requests ?? 20_000);
  const minutes = Number(values.minutes ?? 10);
  if (requests > 0 && requests % (4 * LOT) === 0 && minutes > 0) return { requests, minutes };
  throw new TypeError(`--requests must be a multiple of ${4 * LOT}, and --minutes more than 0\n\n${USAGE}`);
}

function report({ record, kills, outages, calls, memory, seconds }: SoakResult): number {
  const { sent, batches, carriedOut } = record;
  const killed = Object.entries(kills).map(([name, count]) => `${name} ${count}`);
  const broken = accountFor(record);
  console.log(
    [
      `soak: ${sent.length} requests, ${batches.length} batches over HTTP, ${seconds} s`,
      '',
      `calls of the endpoint              ${calls}, of which it carried out ${carriedOut.length}`,
      `functions killed at work           ${killed.join(', ') || 'none'}`,
      `outages of the endpoint            ${outages}`,
      ...Object.entries(memory).map(
        ([name, [first, second]]) => `peak MB, first and second half     ${name}: ${first}, ${second}`,
      ),
      '',
      'promised never to happen',
      ...Object.entries(broken).map(([name, found]) => `  ${name.padEnd(62)} ${found.length}`),
      ...Object.values(broken).flatMap((found) => found.slice(0, 10).map((each) => `    ${each}`)),
    ].join('\n'),
  );
  return Object.values(broken).every((found) => found.length === 0) ? 0 : 1;
}

try {
  const options = readOptions();
  if (options === 'help') console.log(USAGE);
  else process.exitCode = report(await runSoak({ ...options, onProgress: (line) => console.error(line) }));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
