import { exactText, timeText } from '../format/times.ts';

/** A time in the viewer's zone; the exact one on hover. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {timeText(at, Date.now())}
    </time>
  );
}
