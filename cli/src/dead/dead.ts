import { text } from 'node:stream/consumers';
import { usageError, whenStopped } from '../command-error.ts';
import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { limitOf, timeOf } from '../input/duration.ts';
import { IMAGE, requestColumns } from '../request/columns.ts';
import { requestText } from '../request/request-text.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { showList } from '../terminal/show-list.ts';
import { printable } from '../terminal/text.ts';
import { byKey } from './by-key.ts';
import type { FailedFilter, FailedRequests, ResubmitOptions, Resubmitted } from './failed-requests.ts';

interface SourceOptions {
  /** The ledger's name, where there are several. */
  readonly table?: string;
}

interface SelectOptions extends SourceOptions {
  readonly code?: string;
  readonly since?: string;
}

/** `dead list` */
export const list: Verb = {
  run: (context: Context, { limit, ...options }: SelectOptions & { readonly limit: string }) =>
    withFailed(context, options, async (failed) => {
      const columns = requestColumns(context.now(), [IMAGE]);
      await showList(context, failed.list(filterOf(context, options)), columns, limitOf(limit));
      return EXIT.finished;
    }),
};

/** `dead show` */
export const show: Verb = {
  run: (context: Context, options: SourceOptions, id: string) =>
    withFailed(context, options, async (failed) => {
      const { output, now } = context;
      const request = await failed.get(id);
      output.data(request, () => requestText(request, now(), output.out));
      return EXIT.finished;
    }),
};

interface ResubmitCommand extends SelectOptions, ResubmitOptions {
  readonly yes?: boolean;
}

/** `dead resubmit` */
export const resubmit: Verb = {
  run: (context: Context, options: ResubmitCommand, words: readonly string[]) =>
    withFailed(context, options, async (failed) => {
      const { output } = context;
      const lines = await linesOf(context, options, words, failed);
      if (lines.length === 0) {
        output.say('There are none.');
        return EXIT.finished;
      }
      if (!options.dryRun) await allow(context, options, `Send ${counted(lines.length, 'request')} again?`);
      return whenStopped(stoppedText(context), showEach(context, failed.resubmit(lines, options)));
    }),
};

async function showEach({ output }: Context, resubmitted: AsyncIterable<Resubmitted>): Promise<ExitCode> {
  let isDone = true;
  for await (const each of resubmitted) {
    output.data(each, () => textOf(each));
    isDone &&= each.result !== 'refused';
  }
  return isDone ? EXIT.finished : EXIT.failed;
}

function stoppedText({ options: { stage } }: Context): string {
  const look = `reprocess dead list${stage === undefined ? '' : ` --stage ${stage}`}`;
  return `stopped: what was sent again is printed, but maybe for the last one; see what still stands as failed:\n  ${look}`;
}

/** With a stage by AWS credentials, without one by a key. */
async function withFailed(
  context: Context,
  { table }: SourceOptions,
  act: (failed: FailedRequests) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { stage } = context.options;
  if (stage === undefined && table !== undefined) throw usageError('--table goes with --stage alone');
  const failed =
    stage === undefined ? byKey(context) : await (await import('../aws/verbs.ts')).failedRequests(context, table);
  try {
    return await act(failed);
  } finally {
    failed.close();
  }
}

function filterOf({ now }: Context, { code, since }: SelectOptions): FailedFilter {
  return { code, since: since === undefined ? undefined : timeOf('--since', since, now(), -1) };
}

const REQUEST_ID = /^(http|sqs|upload):[0-9a-f]{64}$/;

/** What is to be sent again: the ids that are named, those of stdin, and those that failed so. */
async function linesOf(
  context: Context,
  options: ResubmitCommand,
  words: readonly string[],
  failed: FailedRequests,
): Promise<readonly string[]> {
  const ids = words.filter((word) => word !== '-');
  const wrong = ids.find((id) => !REQUEST_ID.test(id));
  if (wrong !== undefined) {
    throw usageError(`a request id must be http:, sqs: or upload: and 64 hexadecimal digits, got ${wrong}`);
  }
  const isSelected = options.code !== undefined || options.since !== undefined;
  if (words.length === 0 && !isSelected) {
    throw usageError('say what to send again: its ids, - for stdin, or --code and --since');
  }
  const given = ids.length < words.length ? (await text(context.stdin)).split('\n') : [];
  const found: string[] = [];
  if (isSelected) {
    for await (const { request_id } of failed.list(filterOf(context, options))) found.unshift(request_id);
  }
  return [...new Set([...ids, ...given, ...found].map((line) => line.trim()).filter((line) => line !== ''))];
}

const RESULTS = { sent: 'sent', sent_before: 'sent before', would_be_sent: 'would be sent', refused: 'refused' };

function textOf({ result, request, as, reason }: Resubmitted): string {
  const end = reason === undefined ? '' : `: ${reason}`;
  return printable(`${RESULTS[result]}  ${request}${as === undefined ? '' : ` as ${as}`}${end}`);
}
