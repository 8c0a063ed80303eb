import { useEffect, useState } from 'preact/hooks';
import { changeQuery } from '../../routing/use-route.ts';
import { texts } from '../../texts.ts';

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly (readonly [value: string, label: string])[];
}

/** One of a list, kept in the address. */
export function ChoiceFilter({ name, label, value = '', choices }: ChoiceProps) {
  return (
    <label class="filter">
      <span class="field-label">{label}</span>
      <select value={value} onChange={({ currentTarget }) => changeQuery({ [name]: currentTarget.value })}>
        <option value="">{texts.requests.any}</option>
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextProps extends Omit<ChoiceProps, 'choices'> {
  readonly type?: 'text' | 'date';
  readonly placeholder?: string;
}

/** Takes effect when it is left, or with Enter; a date as soon as it is whole. */
export function TextFilter({ name, label, value = '', type = 'text', placeholder }: TextProps) {
  const [typed, setTyped] = useState(value);
  // Another address shows its own value.
  useEffect(() => setTyped(value), [value]);
  return (
    <label class="filter">
      <span class="field-label">{label}</span>
      <input
        // Preact's types want each type of an input for itself.
        type={type as 'text'}
        value={typed}
        placeholder={placeholder}
        // A year that is being typed is at first one of antiquity.
        min={type === 'date' ? '2000-01-01' : undefined}
        spellcheck={false}
        autocapitalize="off"
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => {
          if (currentTarget.validity.valid) changeQuery({ [name]: currentTarget.value.trim() });
        }}
      />
    </label>
  );
}
