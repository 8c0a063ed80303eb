import type { Poll } from '../polling/use-poll.ts';
import { FailureNotice, Loading, Missing } from './notices.tsx';

export interface UnreadProps {
  readonly poll: Poll<unknown>;
  /** About as many as there will be. */
  readonly rows?: number;
}

/** In place of a page's content until it is read: that it is on its way, or why it is not. */
export function Unread({ poll: { data, failure, look }, rows }: UnreadProps) {
  if (data !== undefined) return null;
  return failure ? <Missing failure={failure} onRetry={look} /> : <Loading rows={rows} />;
}

/** The same in a card. */
export function UnreadPart({ poll: { data, failure, look }, rows }: UnreadProps) {
  if (data !== undefined) return null;
  return failure ? <FailureNotice failure={failure} onRetry={look} /> : <Loading rows={rows} />;
}
