import type { CheckedBatch } from '../../../client/src/contract.ts';
import { CommandError, NOTHING_SENT, usageError, whenStopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { linesOf } from '../terminal/output.ts';
import { checkSource } from './check.ts';
import { handed } from './handed.ts';
import { previewText } from './preview.ts';
import { readSource, type SourceOptions } from './source.ts';

export interface CreateOptions extends SourceOptions {
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly yes?: boolean;
}

const STOPPED = 'stopped while it was handed over: run the same command again, which sends nothing twice';

/** `batch create`. @throws CommandError, ReprocessError */
export async function run(context: Context, options: CreateOptions, path?: string): Promise<ExitCode> {
  const source = await readSource(path, options, context);
  const client = context.client();
  const checked = await whenStopped(NOTHING_SENT, checkSource(client, source, context));
  // A file without lines has nothing to count.
  if (source.file !== undefined && checked.counts.total === 0) throw usageError(`${source.name}: ${reasonIn(checked)}`);
  const { output, signal } = context;
  // Without it the preview says less.
  const budget = await client.budget({ signal }).catch(() => undefined);
  const preview = previewText(checked, source.notes, { paused: budget?.paused, now: context.now() });
  if (options.dryRun) {
    output.data(checked, () => linesOf(preview, output.out));
    return checked.would_be_sent ? EXIT.finished : EXIT.failed;
  }
  output.say(preview);
  if (!checked.would_be_sent) {
    throw new CommandError('batch_refused', EXIT.failed, `nothing was sent: ${reasonIn(checked)}`);
  }
  await allow(context, options, `Send ${counted(checked.counts.accepted, 'request')}?`);
  const batch = client.batches.create(source.input, { name: source.name, signal });
  return handed(context, await whenStopped(STOPPED, batch), options);
}

function reasonIn({ refusal, problems }: CheckedBatch): string {
  return refusal ?? problems[0] ?? 'no line can be sent';
}
