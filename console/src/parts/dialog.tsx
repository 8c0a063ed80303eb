import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Failure } from '../service/failure.ts';
import { Button } from './button.tsx';
import { FailureNotice } from './notices.tsx';

export interface DialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly keep: string;
  readonly isDanger?: boolean;
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  onConfirm(): void;
  onClose(): void;
  readonly children: ComponentChildren;
}

/** Asks before something is done. Escape and a click beside it leave everything as it is. */
export function Dialog({ title, confirm, keep, isDanger, isBusy, failure, onConfirm, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [opener] = useState(() => document.activeElement);
  useEffect(() => {
    dialog.current?.showModal();
    // The dialog is out of the page by now, so the browser does not give the focus back.
    return () => opener instanceof HTMLElement && opener.focus({ preventScroll: true });
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={({ target }) => target === dialog.current && onClose()}
    >
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) onConfirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        {failure && <FailureNotice failure={failure} />}
        <div class="dialog-buttons">
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" kind={isDanger ? 'danger' : 'primary'} isBusy={isBusy}>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
