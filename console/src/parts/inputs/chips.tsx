import { changeQuery } from '../../routing/use-route.ts';

export interface Chip {
  /** Empty: no filter. */
  readonly value: string;
  readonly label: string;
  readonly count?: string;
}

export interface ChipsProps {
  readonly label: string;
  /** What it is called in the address. */
  readonly name: string;
  readonly value: string;
  readonly chips: readonly Chip[];
  /** Another filter that ends with a choice. */
  readonly clears?: string;
}

/** A filter of a few values, kept in the address. */
export function Chips({ label, name, value, chips, clears }: ChipsProps) {
  return (
    <fieldset class="chips">
      <legend class="unseen">{label}</legend>
      {chips.map((chip) => (
        <label key={chip.value} class="chip">
          <input
            type="radio"
            class="unseen"
            name={name}
            checked={chip.value === value}
            onChange={() => changeQuery({ [name]: chip.value, ...(clears && { [clears]: undefined }) })}
          />
          <span class="chip-text">
            {chip.label}
            {chip.count && <span class="chip-count">{chip.count}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
