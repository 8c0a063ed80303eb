import { useState } from 'preact/hooks';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

export interface Pages {
  /** Of the page that is shown; undefined on the first. */
  readonly cursor: string | undefined;
  readonly number: number;
  next(cursor: string): void;
  previous(): void;
}

/** Pages of a list that can only be read forwards. Another list begins at its first page. */
export function usePages(list: string): Pages {
  const [{ of, cursors }, set] = useState<{ of: string; cursors: readonly string[] }>({ of: list, cursors: [] });
  const present = of === list ? cursors : [];
  return {
    cursor: present.at(-1),
    number: present.length + 1,
    next: (cursor) => set({ of: list, cursors: [...present, cursor] }),
    previous: () => set({ of: list, cursors: present.slice(0, -1) }),
  };
}

export interface PagerProps {
  readonly pages: Pages;
  readonly nextCursor: string | undefined;
}

/** Nothing where one page holds all. */
export function Pager({ pages, nextCursor }: PagerProps) {
  if (pages.number === 1 && nextCursor === undefined) return null;
  return (
    <nav class="pager" aria-label={texts.pager.label}>
      <Button isDisabled={pages.number === 1} onClick={pages.previous}>
        {texts.pager.previous}
      </Button>
      <span class="pager-page">{texts.pager.page(pages.number)}</span>
      <Button isDisabled={nextCursor === undefined} onClick={() => nextCursor && pages.next(nextCursor)}>
        {texts.pager.next}
      </Button>
    </nav>
  );
}
