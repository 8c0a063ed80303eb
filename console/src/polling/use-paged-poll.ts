import { useState } from 'preact/hooks';
import { type Pages, type Place, pagesOf } from './pages.ts';
import { type Poll, type PollOptions, usePoll } from './use-poll.ts';

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
  const [last, show] = useState<Place>({ list, cursors: [] });
  const { cursor, steps } = pagesOf(list, last);
  const poll = usePoll<Data>({
    ...options,
    key: `${list}/${cursor}/${version}`,
    load: (signal) => load(cursor === undefined ? {} : { cursor }, signal),
    keepsData: true,
  });
  return { ...poll, ...steps(poll.isOfOldKey ? undefined : poll.data?.nextCursor, show) };
}
