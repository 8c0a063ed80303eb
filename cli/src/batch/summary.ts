import type { Batch } from '../../../client/src/contract.ts';
import type { GlobalOptions } from '../global-options.ts';
import { commandToCopy } from '../terminal/command-to-copy.ts';
import { numberText } from '../terminal/numbers.ts';

/** How a batch ended, and what to do about it. */
export function endText({ batch_id: id, state, counts, problems }: Batch, options: GlobalOptions = {}): string {
  const { finished, failed, rejected, cancelled } = counts;
  if (state === 'refused') return `refused: ${problems.join('; ') || 'no line can be sent'}`;
  const parts = [
    `${numberText(finished)} finished`,
    `${numberText(failed)} failed`,
    rejected > 0 && `${numberText(rejected)} refused`,
    cancelled > 0 && `${numberText(cancelled)} cancelled`,
  ].filter((part) => typeof part === 'string');
  const advice =
    failed > 0
      ? `\nWhat failed, and again:\n${commandToCopy(options, `batch show ${id} --state failed`)}\n${commandToCopy(options, `batch retry ${id}`)}`
      : '';
  return `${parts.join(', ')}.${advice}`;
}
