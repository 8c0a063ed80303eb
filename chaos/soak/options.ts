import { parseArgs } from 'node:util';
import { BadOption } from '../options.ts';
import { LOT } from './load.ts';

export const USAGE = `npm run soak -- [--requests N] [--minutes N]

  Hands requests to the service of this machine by HTTP, by SQS, as files and as batches, while one call of the endpoint in ten
  fails and a function is killed every three seconds. Then accounts for each request. Exit status: 0 when every promise was kept,
  1 when one was broken, 2 when the options are not valid.

  --requests N   in all, a multiple of ${4 * LOT} (20000)
  --minutes N    over which they are handed over (10); then what was killed takes up to 15 more to settle
  --help         shows this`;

export interface SoakOptions {
  readonly requests: number;
  readonly minutes: number;
}

/** @throws BadOption */
export function parseSoakOptions(args: readonly string[]): SoakOptions | 'help' {
  const { help, ...values } = valuesOf(args);
  if (help === true) return 'help';
  const requests = Number(values.requests ?? 20_000);
  if (!(requests > 0 && requests % (4 * LOT) === 0)) {
    throw new BadOption(`--requests must be a multiple of ${4 * LOT}, got ${JSON.stringify(values.requests)}`);
  }
  const minutes = Number(values.minutes ?? 10);
  if (!(minutes > 0 && minutes < Number.POSITIVE_INFINITY)) {
    throw new BadOption(`--minutes must be a number above 0, got ${JSON.stringify(values.minutes)}`);
  }
  return { requests, minutes };
}

function valuesOf(args: readonly string[]) {
  const options = { requests: { type: 'string' }, minutes: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadOption(`${(error as Error).message.split('. ')[0]}; --help shows all options`);
  }
}
