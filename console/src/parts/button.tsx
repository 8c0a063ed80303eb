import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  /** Its text and more, where buttons with the same text are told apart by what stands around them. */
  readonly label?: string;
  readonly onClick?: (() => void) | undefined;
  readonly children: ComponentChildren;
}

/** Stays focusable while it is busy, so that the focus is not lost. */
export function Button({ kind = 'plain', type = 'button', isBusy, isDisabled, label, onClick, children }: ButtonProps) {
  const isOff = isBusy || isDisabled;
  return (
    <button
      type={type}
      class={`button button-${kind}`}
      aria-disabled={isOff ? 'true' : undefined}
      aria-busy={isBusy ? 'true' : undefined}
      aria-label={label}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
