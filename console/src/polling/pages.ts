/** The pages of a list that can only be read forwards. */
export interface Pages {
  /** Of the page that is shown, from 1. */
  readonly pageNumber: number;
  /** Shows the next page; undefined on the last, and while it is not known. */
  readonly next: (() => void) | undefined;
  /** Shows the page before; undefined on the first. */
  readonly previous: (() => void) | undefined;
}

/** Where somebody is in a list. */
export interface Place {
  readonly list: string;
  /** Of the pages from the second to the one that is shown. */
  readonly cursors: readonly string[];
}

/** The pages of a list for somebody who was last at a place in it, or in another list: each begins at its first page. */
export function pagesOf(list: string, last: Place) {
  const cursors = last.list === list ? last.cursors : [];
  return {
    /** Of the page that is shown; undefined for the first. */
    cursor: cursors.at(-1),
    /** @param nextCursor of the page that is shown; undefined on the last, and while it is not known */
    steps: (nextCursor: string | undefined, show: (place: Place) => void): Pages => ({
      pageNumber: cursors.length + 1,
      next: nextCursor === undefined ? undefined : () => show({ list, cursors: [...cursors, nextCursor] }),
      previous: cursors.length === 0 ? undefined : () => show({ list, cursors: cursors.slice(0, -1) }),
    }),
  };
}
