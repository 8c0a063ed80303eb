import { parseArgs } from 'node:util';

export const HELP = `npm run chaos -- [options]

Runs the real functions through simulated days of faults, and accounts for every request, batch and finished image.
Exit status: 0 when every promise was kept, 1 when one was broken, 2 when the options are not valid.

  --seeds N      how many runs, each with its own seed (1000)
  --first N      the first seed (1)
  --requests N   requests in each run (200)
  --seed N       a single run, with everything that happened, line by line; if a promise is broken, also the fewest faults and
                 requests that break it
  --beside DIR   a checkout of another version, with its node_modules: half of the containers run its code, as while a
                 release is rolled out
  --help         this text
`;

export interface ChaosOptions {
  readonly first: number;
  readonly seeds: number;
  readonly requests: number;
  /** Whether to print everything that happened. */
  readonly isVerbose: boolean;
  /** A checkout of another version. */
  readonly beside?: string;
}

/** An option is not valid. The message is for the user. */
export class BadOption extends Error {
  override readonly name = 'BadOption';
}

/** @throws BadOption */
export function parseOptions(args: readonly string[]): ChaosOptions | 'help' {
  const { help, seed, beside, ...values } = valuesOf(args);
  if (help === true) return 'help';
  const requests = wholeNumber('requests', values.requests ?? '200');
  const more = { requests, ...(beside !== undefined && { beside }) };
  if (seed === undefined) {
    const [first, seeds] = [wholeNumber('first', values.first ?? '1'), wholeNumber('seeds', values.seeds ?? '1000')];
    return { first, seeds, ...more, isVerbose: false };
  }
  if (values.first !== undefined || values.seeds !== undefined) {
    throw new BadOption('--seed is for a single run: use it without --first and --seeds');
  }
  return { first: wholeNumber('seed', seed), seeds: 1, ...more, isVerbose: true };
}

function valuesOf(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const options = {
    seeds: string,
    first: string,
    requests: string,
    seed: string,
    beside: string,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadOption(`${(error as Error).message.split('. ')[0]}; --help shows all options`);
  }
}

const LARGEST = 1_000_000_000;

function wholeNumber(name: string, value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= LARGEST) return number;
  throw new BadOption(`--${name} must be a whole number from 1 to ${LARGEST}, got ${JSON.stringify(value)}`);
}
