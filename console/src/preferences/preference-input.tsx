import { useId } from 'preact/hooks';
import { Field } from '../parts/inputs/field.tsx';
import { Segments } from '../parts/inputs/segments.tsx';
import { fieldTexts, texts } from '../texts.ts';
import { Explained } from './explained.tsx';
import type { PreferenceField } from './preference-fields.ts';

export interface PreferenceInputProps {
  readonly field: PreferenceField;
  readonly value: unknown;
  /** Undefined: the image keeps its own. */
  onChange(value: unknown): void;
}

const RATINGS = ['0', '1', '2', '3', '4', '5'];

export function PreferenceInput({ field, value, onChange }: PreferenceInputProps) {
  const { label = field.name, help = '' } = fieldTexts[field.name] ?? {};
  const about = { label, help };
  switch (field.kind) {
    case 'toggle':
      return <Toggle {...about} value={value} onChange={onChange} />;
    case 'choice':
      return <Choice {...about} choices={field.choices} value={value} onChange={onChange} />;
    case 'rating':
      return (
        <Choice
          {...about}
          choices={RATINGS}
          value={value}
          onChange={(chosen) => onChange(chosen === undefined ? undefined : Number(chosen))}
        />
      );
    case 'text':
      return <Text {...about} examples={field.examples} value={value} onChange={onChange} />;
  }
}

interface InputProps extends Pick<PreferenceInputProps, 'value' | 'onChange'> {
  readonly label: string;
  readonly help: string;
}

function Toggle({ label, help, value, onChange }: InputProps) {
  return (
    <Segments
      label={label}
      help={help}
      value={value === undefined ? '' : String(value)}
      choices={[
        { value: '', label: texts.newBatch.keep },
        { value: 'true', label: texts.newBatch.on },
        { value: 'false', label: texts.newBatch.off },
      ]}
      onChange={(chosen) => onChange(chosen === '' ? undefined : chosen === 'true')}
    />
  );
}

function Choice({ label, help, choices, value, onChange }: InputProps & { readonly choices: readonly string[] }) {
  const present = value === undefined ? '' : String(value);
  // A value from the JSON view that the form does not know stays what it is.
  const all = present === '' || choices.includes(present) ? choices : [...choices, present];
  return (
    <Field label={label} help={<Explained text={help} />}>
      {(control) => (
        <select
          {...control}
          value={present}
          onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        >
          <option value="">{texts.newBatch.keep}</option>
          {all.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Text({
  label,
  help,
  examples = [],
  value,
  onChange,
}: InputProps & { readonly examples?: readonly string[] | undefined }) {
  const id = useId();
  const list = examples.length > 0 ? id : undefined;
  return (
    <Field label={label} help={<Explained text={help} />}>
      {(control) => (
        <>
          <input
            {...control}
            type="text"
            value={value === undefined ? '' : String(value)}
            placeholder={texts.newBatch.keep}
            list={list}
            onInput={({ currentTarget }) => onChange(currentTarget.value.trim() || undefined)}
          />
          {list && (
            <datalist id={list}>
              {examples.map((example) => (
                <option key={example} value={example} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
