import { useEffect, useState } from 'preact/hooks';
import { clockText } from '../format/times.ts';
import type { Poll } from '../polling/use-poll.ts';
import { texts } from '../texts.ts';

/** Says when what is shown is old. It lies over the page, so that nothing moves. */
export function Stale({ poll }: { readonly poll: Poll<unknown> }) {
  const { at, failure, nextAt } = poll;
  if (failure === undefined || at === undefined) return null;
  return (
    <div class="stale" role="status">
      <span class="stale-text">
        {failure.status === undefined ? texts.stale.away : `${failure.sentence}.`} {texts.stale.seen(clockText(at))}{' '}
        {failure.isRetryable && <NextTry at={nextAt} />}
      </span>
      <button type="button" class="stale-button" onClick={poll.look}>
        {texts.stale.tryNow}
      </button>
    </div>
  );
}

function NextTry({ at }: { readonly at: number | undefined }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  // A screen reader would read every second aloud.
  return (
    <span aria-hidden="true" class="stale-next">
      {at === undefined ? texts.stale.trying : texts.stale.next(Math.max(1, Math.ceil((at - now) / 1000)))}
    </span>
  );
}
