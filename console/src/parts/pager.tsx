import { useRef } from 'preact/hooks';
import type { PagedPoll } from '../polling/use-paged-poll.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

export interface PagerProps {
  readonly pages: Pick<PagedPoll<object>, 'pageNumber' | 'previous' | 'next' | 'isOfOldKey'>;
}

/** Nothing where one page holds all. */
export function Pager({ pages: { pageNumber, previous, next, isOfOldKey } }: PagerProps) {
  const hasPages = useRef(false);
  // Until the page that was asked for is there, its buttons stay: one of them has the focus.
  if (!isOfOldKey) hasPages.current = previous !== undefined || next !== undefined;
  if (!hasPages.current) return null;
  return (
    <nav class="pager" aria-label={texts.pager.label}>
      <Button isDisabled={previous === undefined} onClick={previous}>
        {texts.pager.previous}
      </Button>
      <span class="pager-page">{texts.pager.page(pageNumber)}</span>
      <Button isDisabled={next === undefined} onClick={next}>
        {texts.pager.next}
      </Button>
    </nav>
  );
}
