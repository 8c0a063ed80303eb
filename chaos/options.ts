import { parseArgs } from 'node:util';

export const HELP = `npm run chaos -- [options]

Drives the real worker, HTTP entry point and dead-letter answerer through simulated days of faults, and accounts for every request.
Ends with 0 when every promise was kept, with 1 when one was broken, with 2 when the options make no sense.

  --seeds N      how many runs, each with a seed of its own (1000)
  --first N      the first seed (1)
  --requests N   requests in each run (200)
  --seed N       one run alone, with all that happened in it, line by line
  --help         this text
`;

export interface ChaosOptions {
  readonly first: number;
  readonly seeds: number;
  readonly requests: number;
  /** Tell all that happened. */
  readonly isTold: boolean;
}

/** What is wrong with an option. Its message is for whoever typed it. */
export class BadOption extends Error {
  override readonly name = 'BadOption';
}

/** @throws BadOption */
export function parseOptions(args: readonly string[]): ChaosOptions | 'help' {
  const { help, seed, ...values } = valuesOf(args);
  if (help === true) return 'help';
  const requests = wholeNumber('requests', values.requests ?? '200');
  if (seed === undefined) {
    const [first, seeds] = [wholeNumber('first', values.first ?? '1'), wholeNumber('seeds', values.seeds ?? '1000')];
    return { first, seeds, requests, isTold: false };
  }
  if (values.first !== undefined || values.seeds !== undefined) {
    throw new BadOption('--seed is one run alone: use it without --first and --seeds');
  }
  return { first: wholeNumber('seed', seed), seeds: 1, requests, isTold: true };
}

function valuesOf(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const options = { seeds: string, first: string, requests: string, seed: string, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadOption(`${(error as Error).message.split('. ')[0]}; --help tells what there is`);
  }
}

const LARGEST = 1_000_000_000;

function wholeNumber(name: string, value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= LARGEST) return number;
  throw new BadOption(`--${name} must be a whole number from 1 to ${LARGEST}, got ${JSON.stringify(value)}`);
}
