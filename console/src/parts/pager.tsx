import type { Pages } from '../polling/pages.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

/** Nothing where one page holds all. */
export function Pager({ pages: { pageNumber, previous, next } }: { readonly pages: Pages }) {
  if (previous === undefined && next === undefined) return null;
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
