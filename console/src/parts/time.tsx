import { exactText, timeText } from '../format/times.ts';

interface TimeProps {
  readonly at: string;
  readonly withSeconds?: boolean;
}

/** A time in the viewer's zone; the exact one on hover. */
export function Time({ at, withSeconds }: TimeProps) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {timeText(at, Date.now(), withSeconds)}
    </time>
  );
}
