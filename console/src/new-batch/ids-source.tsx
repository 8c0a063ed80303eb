import { Field } from '../parts/field.tsx';
import { texts } from '../texts.ts';
import { type Draft, idsIn } from './draft.ts';

export interface SourceProps {
  readonly draft: Draft;
  onChange(change: Partial<Draft>): void;
}

export function IdsSource({ draft, onChange }: SourceProps) {
  const count = idsIn(draft.idsText).length;
  return (
    <Field
      label={texts.newBatch.idsLabel}
      help={
        <>
          {texts.newBatch.idsHelp} <strong>{count > 0 && texts.newBatch.idsCount(count)}</strong>
        </>
      }
    >
      {(control) => (
        <textarea
          {...control}
          class="code"
          rows={8}
          spellcheck={false}
          autocapitalize="off"
          value={draft.idsText}
          onInput={({ currentTarget }) => onChange({ idsText: currentTarget.value })}
        />
      )}
    </Field>
  );
}
