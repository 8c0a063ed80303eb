// npm run soak: the service of this machine under load, faults and kills, over real protocols.
import { BadOption } from '../options.ts';
import { accountFor } from './account.ts';
import { parseSoakOptions, USAGE } from './options.ts';
import { runSoak, type SoakResult } from './soak.ts';

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
  const options = parseSoakOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else process.exitCode = report(await runSoak({ ...options, onProgress: (line) => console.error(line) }));
} catch (error) {
  if (!(error instanceof BadOption)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
