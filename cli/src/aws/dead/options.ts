import { UsageError } from '../../../../local/args.ts';
import { parsePlace, parseWords } from '../../../../operate/arguments.ts';
import type { Place } from '../place.ts';

export interface ResubmitOptions {
  readonly place: Place;
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

export const USAGE = `npm run resubmit -- --stage STAGE [options] [request ids] [-]

  Sends failed requests again, each as a new request, in the order in which they were accepted.

  request ids      as in the ledger, the log and the events: http:…, sqs:…, upload:…
  -                reads more from standard input, one a line: a request id, or the JSON of a reprocess.failed event
  --force          also when a newer request of the same image was accepted: the older preferences then replace the newer
  --despite-queue  also while requests are in the queue, of which one may be newer and not in the ledger yet
  --dry-run        says what would be done, and sends nothing
  --table NAME     the ledger's table, where a stage has more than one
  --stage local    the service that npm start runs on this machine; --port N if that was given
  --help           shows this`;

const REQUEST_ID = /^(http|sqs|upload):[0-9a-f]{64}$/;

/** @throws UsageError, UnknownStage */
export function parseResubmitArguments(args: readonly string[]): ResubmitOptions {
  const names = { values: ['stage', 'port', 'table'], flags: ['force', 'despite-queue', 'dry-run'] } as const;
  const { words, options, flags } = parseWords(args, names, USAGE);
  const requestIds = words.filter((word) => word !== '-');
  const wrong = requestIds.find((word) => !REQUEST_ID.test(word));
  if (wrong !== undefined) {
    throw new UsageError(`a request id must be http:, sqs: or upload: and 64 hexadecimal digits, got ${wrong}`);
  }
  if (words.length === 0) throw new UsageError(`no request was named\n\n${USAGE}`);
  return {
    place: parsePlace(options.stage, options.port),
    requestIds,
    readsInput: requestIds.length < words.length,
    force: flags.force === true,
    despiteQueue: flags['despite-queue'] === true,
    dryRun: flags['dry-run'] === true,
    table: options.table,
  };
}
