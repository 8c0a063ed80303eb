import { type Look, NO_LOOK } from './poller.ts';

/** A look, and the key of what was read. */
export interface KeyedLook<Data> {
  readonly look: Look<Data>;
  readonly of: string;
}

/** What is kept after a look. @param keepsData whether another key's data stays until there is something under this one */
export function keptLook<Data>(before: KeyedLook<Data>, next: KeyedLook<Data>, keepsData: boolean): KeyedLook<Data> {
  const isFirst = next.look.data === undefined && next.look.error === undefined;
  return keepsData && isFirst ? before : next;
}

/** What is shown under a key. */
export function shownLook<Data>({ look, of }: KeyedLook<Data>, key: string, keepsData: boolean): Look<Data> {
  return of !== key && !keepsData ? NO_LOOK : look;
}
