import { useState } from 'preact/hooks';
import type { Preferences } from '../../../client/src/index.ts';
import { CodeField } from '../parts/inputs/code-field.tsx';
import { Segments } from '../parts/inputs/segments.tsx';
import { fieldTexts, texts } from '../texts.ts';
import { FORM_FIELDS, MAIN_FIELDS, MORE_FIELDS } from './preference-fields.ts';
import { PreferenceInput } from './preference-input.tsx';
import { parsePreferences, preferencesText } from './preferences-json.ts';
import { withPreference } from './with-preference.ts';

export interface PreferencesFormProps {
  readonly preferences: Preferences;
  /** Undefined while the JSON is none. */
  onChange(preferences: Preferences | undefined): void;
}

/** The preferences as a form and as JSON: two views of the same. */
export function PreferencesForm({ preferences, onChange }: PreferencesFormProps) {
  const [view, setView] = useState<'form' | 'json'>('form');
  return (
    <>
      <Segments
        label={texts.newBatch.view}
        isLabelUnseen
        value={view}
        choices={[
          { value: 'form', label: texts.newBatch.asForm },
          { value: 'json', label: texts.newBatch.asJson },
        ]}
        onChange={(next) => {
          // What was no JSON is left behind.
          onChange(preferences);
          setView(next as typeof view);
        }}
      />
      {view === 'form' ? (
        <Fields preferences={preferences} onChange={onChange} />
      ) : (
        <JsonView preferences={preferences} onChange={onChange} />
      )}
    </>
  );
}

function Fields({ preferences, onChange }: PreferencesFormProps) {
  const inputs = (fields: typeof FORM_FIELDS) =>
    fields.map((field) => (
      <PreferenceInput
        key={field.name}
        field={field}
        value={preferences[field.name]}
        onChange={(value) => onChange(withPreference(preferences, field.name, value))}
      />
    ));
  const others = Object.keys(preferences).filter((name) => !FORM_FIELDS.some((field) => field.name === name));
  const isMoreSet = MORE_FIELDS.some(({ name }) => name in preferences);
  return (
    <>
      <div class="preference-grid">{inputs(MAIN_FIELDS)}</div>
      <details class="more" open={isMoreSet}>
        <summary>{texts.newBatch.more}</summary>
        <div class="preference-grid">{inputs(MORE_FIELDS)}</div>
      </details>
      {others.length > 0 && (
        <p class="help">{texts.newBatch.jsonOnly(others.map((name) => fieldTexts[name]?.label ?? name))}</p>
      )}
    </>
  );
}

function JsonView({ preferences, onChange }: PreferencesFormProps) {
  const [text, setText] = useState(preferencesText(preferences));
  const { problem } = parsePreferences(text);
  return (
    <CodeField
      label={texts.newBatch.jsonLabel}
      help={texts.newBatch.jsonHelp}
      problem={problem && texts.newBatch.jsonInvalid(problem)}
      rows={8}
      value={text}
      placeholder={'{ "enhance_type": "warm" }'}
      onInput={(typed) => {
        setText(typed);
        onChange(parsePreferences(typed).preferences);
      }}
    />
  );
}
