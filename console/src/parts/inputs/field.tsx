import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** What a control takes from its field. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': 'true' | undefined;
}

export interface FieldProps {
  readonly label: ComponentChildren;
  readonly help: ComponentChildren;
  /** In place of the help. */
  readonly problem?: string | undefined;
  readonly children: (control: ControlProps) => ComponentChildren;
}

/** A control with its name above and its explanation below. */
export function Field({ label, help, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': `${id}-help`, 'aria-invalid': problem ? 'true' : undefined })}
      <p id={`${id}-help`} class={problem ? 'problem' : 'help'} role={problem ? 'status' : undefined}>
        {problem ?? help}
      </p>
    </div>
  );
}
