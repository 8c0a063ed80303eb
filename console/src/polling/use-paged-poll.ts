import { useState } from 'preact/hooks';
import { type Poll, type PollOptions, usePoll } from './use-poll.ts';

/** The pages of a list that can only be read forwards. */
export interface Pages {
  /** Of the page that is shown, from 1. */
  readonly pageNumber: number;
  /** Shows the next page; undefined on the last, and while it is not known. */
  readonly next: (() => void) | undefined;
  /** Shows the page before; undefined on the first. */
  readonly previous: (() => void) | undefined;
}

export type PagedPoll<Data> = Poll<Data> & Pages;

export interface PagedPollOptions<Data> extends Omit<PollOptions<Data>, 'key' | 'load' | 'keepsData'> {
  /** Which list is read. Another one begins at its first page. */
  readonly list: string;
  /** Of what the list has; another one is read anew. */
  readonly version?: string;
  /** @param page the cursor of a page, as the client's lists take it; empty for the first */
  readonly load: (page: { readonly cursor?: string }, signal: AbortSignal) => Promise<Data>;
}

/** Reads a page of a list as long as it is shown. */
export function usePagedPoll<Data extends { readonly nextCursor?: string | undefined }>({
  list,
  version,
  load,
  ...options
}: PagedPollOptions<Data>): PagedPoll<Data> {
  const [{ of, cursors }, set] = useState<{ of: string; cursors: readonly string[] }>({ of: list, cursors: [] });
  const shown = of === list ? cursors : [];
  const cursor = shown.at(-1);
  const poll = usePoll<Data>({
    ...options,
    key: `${list}/${cursor}/${version}`,
    load: (signal) => load(cursor === undefined ? {} : { cursor }, signal),
    keepsData: true,
  });
  const nextCursor = poll.isOfOldKey ? undefined : poll.data?.nextCursor;
  return {
    ...poll,
    pageNumber: shown.length + 1,
    next: nextCursor === undefined ? undefined : () => set({ of: list, cursors: [...shown, nextCursor] }),
    previous: shown.length === 0 ? undefined : () => set({ of: list, cursors: shown.slice(0, -1) }),
  };
}
