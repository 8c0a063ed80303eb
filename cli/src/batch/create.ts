import type { CheckedBatch } from '../../../client/src/contract.ts';
import { CommandError, isStop, stopped, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { counted } from '../terminal/numbers.ts';
import { linesOf } from '../terminal/output.ts';
import { confirm } from '../terminal/prompt.ts';
import { checkSource } from './check.ts';
import { handed } from './handed.ts';
import { previewText } from './preview.ts';
import { type BatchSource, readSource, type SourceOptions } from './source.ts';

export interface CreateOptions extends SourceOptions {
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly yes?: boolean;
}

/** `batch create`. @throws CommandError, ReprocessError */
export async function run(context: Context, options: CreateOptions, path?: string): Promise<ExitCode> {
  const source = await readSource(path, options, context);
  const checked = await checkSource(context.client(), source, context);
  const { output } = context;
  if (options.dryRun) {
    output.data(checked, () => linesOf(previewText(checked, source.notes), output.out));
    return checked.would_be_sent ? EXIT.finished : EXIT.failed;
  }
  output.say(previewText(checked, source.notes));
  if (!checked.would_be_sent) throw new CommandError('batch_refused', EXIT.failed, refusalOf(checked));
  await allow(context, options, `Send ${counted(checked.counts.accepted, 'request')}?`);
  return handed(context, await handOver(context, source), options);
}

function refusalOf({ refusal }: CheckedBatch): string {
  return `nothing was sent: ${refusal ?? 'no line can be sent'}`;
}

/** Asks before anything that costs. @throws CommandError when the answer is no, or nobody can answer */
export async function allow(context: Context, { yes }: { readonly yes?: boolean }, question: string): Promise<void> {
  if (yes) return;
  if (context.options.input === false || !context.stdin.isTTY) {
    throw usageError('nothing was sent, since nobody can answer here: check it with --dry-run, and send it with --yes');
  }
  if (!(await nothingSentWhenStopped(confirm(context, question)))) throw stopped('nothing was sent');
}

async function nothingSentWhenStopped<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw isStop(error) ? stopped('nothing was sent') : error;
  }
}

async function handOver(context: Context, { input, name }: BatchSource) {
  const { signal } = context;
  try {
    return await context.client().batches.create(input, { name, signal });
  } catch (error) {
    if (!isStop(error)) throw error;
    throw stopped('stopped while it was handed over: run the same command again, which sends nothing twice');
  }
}
