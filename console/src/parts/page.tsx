import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../texts.ts';

export interface PageProps {
  readonly title: string;
  /** Beside the title: a badge. */
  readonly mark?: ComponentChildren;
  /** Above the title: the way back. */
  readonly above?: ComponentChildren;
  readonly below?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** Whether it takes the place of another frame of the same page: whoever went on meanwhile is not called back. */
  readonly isSame?: boolean;
  readonly children?: ComponentChildren;
}

let isFirst = true;

/** A page's frame. Its heading takes the focus, so that a screen reader reads on from there. */
export function Page({ title, mark, above, below, actions, isSame, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst && !isSame) {
      heading.current?.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-titles">
          {above && <div class="page-above">{above}</div>}
          <div class="page-title">
            <h1 ref={heading} tabIndex={-1} dir="auto">
              {title}
            </h1>
            {mark}
          </div>
          {below && <div class="page-below">{below}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
