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

/** Takes effect when it is left, or with Enter. */
export function TextFilter({ name, label, value = '', type = 'text', placeholder }: TextProps) {
  return (
    <label class="filter">
      <span class="field-label">{label}</span>
      <input
        // Preact's types want each type of an input for itself.
        type={type as 'text'}
        // Another address shows its own value.
        key={value}
        defaultValue={value}
        placeholder={placeholder}
        spellcheck={false}
        autocapitalize="off"
        onChange={({ currentTarget }) => changeQuery({ [name]: currentTarget.value.trim() })}
      />
    </label>
  );
}
