import type { TargetedInputEvent } from 'preact';
import { Field, type FieldProps } from './field.tsx';

export interface CodeFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  /** Of a text of several lines. */
  readonly rows?: number;
  readonly placeholder?: string;
  onInput(text: string): void;
}

/** A field for ids and code, which no browser corrects. */
export function CodeField({ value, rows, placeholder, onInput, ...field }: CodeFieldProps) {
  const common = {
    class: 'code',
    spellcheck: false,
    autocapitalize: 'off',
    value,
    placeholder,
    onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onInput(currentTarget.value),
  } as const;
  return (
    <Field {...field}>
      {(control) =>
        rows === undefined ? (
          <input {...control} {...common} type="text" />
        ) : (
          <textarea {...control} {...common} rows={rows} />
        )
      }
    </Field>
  );
}
