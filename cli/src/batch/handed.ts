import type { HandedBatch } from '../../../client/src/contract.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { commandToCopy } from '../terminal/command-to-copy.ts';
import { follow } from './follow.ts';
import { leftOutLines } from './preview.ts';

const REPEATED =
  'the same was handed over before as this batch, and nothing new is sent: to send it once more, give it another --name';

/** Says which batch it became, and follows it where that is wanted. On stdout is its id alone. @param repeated said when there was such a batch */
export async function handed(
  context: Context,
  batch: HandedBatch,
  { watch }: { readonly watch?: boolean },
  repeated: (id: string) => string = () => REPEATED,
): Promise<ExitCode> {
  const { options, output } = context;
  const { batch_id: id, note, left_out, left_out_count } = batch;
  for (const line of leftOutLines(left_out, left_out_count)) output.say(line);
  output.data(batch, () => id);
  if (note !== undefined) output.say(repeated(id));
  if (watch) return follow(context, id);
  output.say(
    note === undefined
      ? `Look how it goes:\n${commandToCopy(options, `batch watch ${id}`)}`
      : `Look at that one:\n${commandToCopy(options, `batch show ${id}`)}`,
  );
  return batch.state === 'refused' ? EXIT.failed : EXIT.finished;
}
