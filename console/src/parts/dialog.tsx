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

/** Asks before something is done. Escape and a click beside it leave everything as it is, until it is being done. */
export function Dialog({ title, confirm, keep, isDanger, isBusy, failure, onConfirm, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [opener] = useState(() => document.activeElement);
  const leave = () => {
    if (!isBusy) onClose();
  };
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
      aria-describedby={`${id}-text`}
      closedby={isBusy ? 'none' : 'closerequest'}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onClick={({ target }) => target === dialog.current && leave()}
    >
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) onConfirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        <div id={`${id}-text`} class="dialog-text">
          {children}
        </div>
        {failure && <FailureNotice failure={failure} />}
        <div class="dialog-buttons">
          <Button isDisabled={isBusy} onClick={onClose}>
            {keep}
          </Button>
          <Button type="submit" kind={isDanger ? 'danger' : 'primary'} isBusy={isBusy}>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
