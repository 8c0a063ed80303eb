const TAKES_FOCUS = 'h1, button, summary, select, textarea, input:not([type="radio"]), input:checked';

/**
 * Where what has the focus leaves the page, what stands nearest to its place takes it, at last the page's heading: whoever uses
 * the keyboard does not begin anew at the top. @returns what ends it
 */
export function keepFocus(): () => void {
  /** What had the focus last, and all that it stands in. */
  let path: readonly Element[] = [];
  const remember = ({ target }: FocusEvent) => {
    path = target instanceof Element ? [target, ...ancestorsOf(target)] : [];
  };
  // A click beside everything takes the focus away.
  const forget = ({ target }: PointerEvent) => {
    if (!(target instanceof Node && path[0]?.contains(target))) path = [];
  };
  const observer = new MutationObserver(() => {
    if (path[0]?.isConnected !== false || document.activeElement !== document.body) return;
    const heirs = path.filter((each) => each.isConnected).map((each) => each.querySelector<HTMLElement>(TAKES_FOCUS));
    heirs.find((each) => each !== null)?.focus({ preventScroll: true });
  });
  addEventListener('focusin', remember);
  addEventListener('pointerdown', forget);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    removeEventListener('focusin', remember);
    removeEventListener('pointerdown', forget);
    observer.disconnect();
  };
}

function ancestorsOf({ parentElement }: Element): readonly Element[] {
  return parentElement === null ? [] : [parentElement, ...ancestorsOf(parentElement)];
}
