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

/** The place in a list: another one begins at its first page. */
export function placeIn(list: string, last: Place): Place {
  return last.list === list ? last : { list, cursors: [] };
}

/** @param nextCursor of the page that is shown; undefined on the last, and while it is not known */
export function pagesAt({ list, cursors }: Place, nextCursor: string | undefined, show: (place: Place) => void): Pages {
  return {
    pageNumber: cursors.length + 1,
    next: nextCursor === undefined ? undefined : () => show({ list, cursors: [...cursors, nextCursor] }),
    previous: cursors.length === 0 ? undefined : () => show({ list, cursors: cursors.slice(0, -1) }),
  };
}
