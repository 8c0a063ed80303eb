import type { ComponentChildren } from 'preact';
import { texts } from '../texts.ts';

export interface ScrolledProps {
  readonly label: string;
  /** Whether something newer is about to take its place. */
  readonly isOld?: boolean;
  readonly children: ComponentChildren;
}

/** A table that may be wider than the page: scrolled by itself, with the keyboard too. */
export function Scrolled({ label, isOld, children }: ScrolledProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class={`scrolled ${isOld ? 'old' : ''}`} aria-label={texts.tableOf(label)} tabIndex={0}>
      {children}
    </section>
  );
}
