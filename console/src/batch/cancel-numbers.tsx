import type { Batch } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

/** What a cancel does to how many lines. */
export function CancelNumbers({ batch: { state, counts } }: { readonly batch: Batch }) {
  const goesOn = counts.queued + counts.started;
  const done = counts.finished + counts.failed;
  return (
    <ul class="sentences">
      <li>
        <strong>{state === 'checking' ? texts.cancel.noneSent : texts.cancel.notSent(counts.waiting)}</strong>
      </li>
      {goesOn > 0 && <li>{texts.cancel.goesOn(goesOn)}</li>}
      {done > 0 && <li>{texts.cancel.done(done)}</li>}
      <li>{texts.cancel.forGood}</li>
    </ul>
  );
}
