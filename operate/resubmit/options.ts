import { parseArgs } from 'node:util';
import { parseStageName, type StageName } from '../../infra/stages.ts';

export interface ResubmitOptions {
  readonly help: boolean;
  readonly stage: StageName;
  readonly requestIds: readonly string[];
  /** Whether standard input has more of them, or events, one a line. */
  readonly readsInput: boolean;
  /** Sends a request also when a newer one of its image was accepted. */
  readonly force: boolean;
  /** Sends also while the queue holds requests that the ledger may not know yet. */
  readonly despiteQueue: boolean;
  /** Sends nothing. */
  readonly dryRun: boolean;
  /** The ledger's name, where there are several. */
  readonly table: string | undefined;
}

/** The command line says something that cannot be understood; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run resubmit -- --stage <stage> [options] [request ids] [-]

  Sends failed requests again, each as a new request, in the order in which they were accepted.

  request ids      as in the ledger, the log and the events: http:…, sqs:…, upload:…
  -                reads more from standard input, one a line: a request id, or the JSON of a reprocess.failed event
  --force          also when a newer request of the same image was accepted: the older preferences then replace the newer
  --despite-queue  also while requests are in the queue, of which one may be newer and not in the ledger yet
  --dry-run        says what would be done, and sends nothing
  --table NAME     the ledger's table, where a stage has more than one
  --help           shows this`;

const OPTIONS = {
  stage: { type: 'string' },
  force: { type: 'boolean' },
  'despite-queue': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  table: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const REQUEST_ID = /^(http|sqs|upload):[0-9a-f]{64}$/;

/** @throws UsageError @throws UnknownStage */
export function parseResubmitArguments(args: readonly string[]): ResubmitOptions {
  const { values, positionals } = parse(args);
  const help = values.help === true;
  const requestIds = positionals.filter((word) => word !== '-');
  const wrong = requestIds.find((word) => !REQUEST_ID.test(word));
  if (wrong !== undefined) {
    throw new UsageError(`a request id must be http:, sqs: or upload: and 64 hexadecimal digits, got ${wrong}`);
  }
  if (!help && positionals.length === 0) throw new UsageError(`no request was named\n\n${USAGE}`);
  return {
    help,
    stage: help ? 'dev' : parseStageName(values.stage),
    requestIds,
    readsInput: requestIds.length < positionals.length,
    force: values.force === true,
    despiteQueue: values['despite-queue'] === true,
    dryRun: values['dry-run'] === true,
    table: values.table,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
