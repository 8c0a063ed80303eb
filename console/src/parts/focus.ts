import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Focuses an element, or the page's heading where the element is gone. */
export function focusOn(element: Element | null | undefined): void {
  const target = element?.isConnected ? element : document.querySelector('h1');
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** Where the button that has the focus goes away, the first of the buttons that stay takes it, or else the page's heading. */
export function useKeptFocus<Box extends HTMLElement>(): RefObject<Box | null> {
  const box = useRef<Box>(null);
  // Read before the page changes.
  const hadFocus = box.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (hadFocus && document.activeElement === document.body) focusOn(box.current?.querySelector('button'));
  });
  return box;
}
