import type { Batch } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

/** What a cancel does to how many lines, the most important first. */
export function cancelSentences({ state, counts }: Batch): readonly string[] {
  const goesOn = counts.queued + counts.started;
  const done = counts.finished + counts.failed;
  return [
    state === 'checking' ? texts.cancel.noneSent : texts.cancel.notSent(counts.waiting),
    ...(goesOn > 0 ? [texts.cancel.goesOn(goesOn)] : []),
    ...(done > 0 ? [texts.cancel.done(done)] : []),
    texts.cancel.forGood,
  ];
}
