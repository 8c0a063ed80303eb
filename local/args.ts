import { parseArgs } from 'node:util';
import { DEFAULT_PORT, OFFSETS } from './ports.ts';

export interface StartArguments {
  readonly help: boolean;
  /** Of the HTTP API. */
  readonly port: number;
  readonly keep: string | undefined;
  /** The folder whose request files are uploaded; undefined for the default one. */
  readonly inbox: string | undefined;
  readonly live: boolean;
  /** Whether the partner's callbacks are received and shown. */
  readonly receiver: boolean;
}

/** The command line is not valid. The message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The servers beside the HTTP API take the ports after its own. */
const HIGHEST_PORT = 65_535 - Math.max(...Object.values(OFFSETS));

export const USAGE = `npm start -- [--port N] [--keep DIR] [--inbox DIR] [--receiver] [--live]

  --port N     the HTTP API's port (default ${DEFAULT_PORT}); SQS, DynamoDB,
               Secrets Manager, the sandbox, EventBridge and the receiver
               use the next six
  --keep DIR   keeps queues, ledger, uploads and the sandbox's images in DIR
               across restarts
  --inbox DIR  uploads request files from DIR instead of local/inbox
  --receiver   receives the callbacks of the partner demo, and shows them
  --live       calls the real endpoint, with the key in AUTOENHANCE_API_KEY,
               instead of the sandbox
  --help       shows this
`;

/** @throws UsageError */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  const all = { port: string, keep: string, inbox: string, live: boolean, receiver: boolean, help: boolean } as const;
  const { values, tokens } = parseArgs({ args: [...args], options: all, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const name = token.kind === 'option' ? token.rawName : token.value;
    if (token.kind === 'positional' || !Object.hasOwn(all, token.name)) {
      throw new UsageError(
        `unknown option ${name}: use --port N, --keep DIR, --inbox DIR, --receiver, --live or --help`,
      );
    }
  }
  return {
    help: values.help === true,
    port: values.port === undefined ? DEFAULT_PORT : parsePort(values.port),
    keep: values.keep === undefined ? undefined : parseDirectory('keep', values.keep),
    inbox: values.inbox === undefined ? undefined : parseDirectory('inbox', values.inbox),
    live: values.live === true,
    receiver: values.receiver === true,
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

function parseDirectory(option: string, value: string | boolean): string {
  if (typeof value === 'string' && value !== '' && !value.startsWith('-')) return value;
  throw new UsageError(
    `--${option} must be followed by a directory, got ${typeof value === 'string' && value !== '' ? value : 'nothing'}`,
  );
}
