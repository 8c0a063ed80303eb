import { CodeField } from '../parts/inputs/code-field.tsx';
import { texts } from '../texts.ts';
import { type Draft, idsIn } from './draft.ts';

export interface SourceProps {
  readonly draft: Draft;
  onChange(change: Partial<Draft>): void;
}

export function IdsSource({ draft, onChange }: SourceProps) {
  const count = idsIn(draft.idsText).length;
  return (
    <CodeField
      label={texts.newBatch.idsLabel}
      help={
        <>
          {texts.newBatch.idsHelp} <strong>{count > 0 && texts.newBatch.idsCount(count)}</strong>
        </>
      }
      rows={8}
      value={draft.idsText}
      onInput={(idsText) => onChange({ idsText })}
    />
  );
}
