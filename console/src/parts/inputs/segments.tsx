import { useId } from 'preact/hooks';

export interface SegmentsProps {
  readonly label: string;
  readonly isLabelUnseen?: boolean;
  readonly help?: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  onChange(value: string): void;
}

/** One of a few, all of them in sight. */
export function Segments({ label, isLabelUnseen, help, value, choices, onChange }: SegmentsProps) {
  const id = useId();
  return (
    // A legend cannot be laid out like the names of other fields.
    <div class="field" role="radiogroup" aria-labelledby={id} aria-describedby={help && `${id}-help`}>
      <span id={id} class={isLabelUnseen ? 'unseen' : 'field-label'}>
        {label}
      </span>
      <div class="segments">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              class="unseen"
              name={id}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
    </div>
  );
}
