import { parseArgs } from 'node:util';
import { USUAL_PORT } from './ports.ts';

export interface StartArguments {
  readonly help: boolean;
  /** Of the HTTP API. */
  readonly port: number;
  readonly keep: string | undefined;
  readonly live: boolean;
}

/** The command line says something that cannot be understood; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The servers behind the HTTP API take the next four. */
const HIGHEST_PORT = 65_531;

export const USAGE = `npm start -- [--port N] [--keep DIR] [--live]

  --port N     the HTTP API's port, ${USUAL_PORT} unless given; SQS, DynamoDB, Secrets Manager and the sandbox take the next four
  --keep DIR   keeps queues, ledger and uploads in DIR across restarts
  --live       calls the real endpoint with the key in AUTOENHANCE_API_KEY, in place of the sandbox
  --help       shows this
`;

/** @throws UsageError */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const options = { port: { type: 'string' }, keep: { type: 'string' }, live: { type: 'boolean' } } as const;
  const all = { ...options, help: { type: 'boolean' } } as const;
  const { values, tokens } = parseArgs({ args: [...args], options: all, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const name = token.kind === 'option' ? token.rawName : token.value;
    if (token.kind === 'positional' || !Object.hasOwn(all, token.name)) {
      throw new UsageError(`unknown option ${name}: there are --port N, --keep DIR, --live and --help`);
    }
  }
  return {
    help: values.help === true,
    port: values.port === undefined ? USUAL_PORT : parsePort(values.port),
    keep: values.keep === undefined ? undefined : parseDirectory(values.keep),
    live: values.live === true,
  };
}

/** @throws UsageError */
export function parsePort(value: string | boolean): number {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= HIGHEST_PORT) return port;
  throw new UsageError(
    `--port must be a whole number from 1 to ${HIGHEST_PORT}, got ${value === true ? 'nothing' : value}`,
  );
}

function parseDirectory(value: string | boolean): string {
  if (typeof value === 'string' && value !== '' && !value.startsWith('-')) return value;
  throw new UsageError(
    `--keep must be followed by a directory, got ${typeof value === 'string' && value !== '' ? value : 'nothing'}`,
  );
}
