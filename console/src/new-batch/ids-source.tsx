import { CodeField } from '../parts/inputs/code-field.tsx';
import { texts } from '../texts.ts';
import { type Draft, idsIn } from './draft.ts';

export interface SourceProps {
  readonly draft: Draft;
  /** What is missing in it. */
  readonly problem: string | undefined;
  onChange(change: Partial<Draft>): void;
}

export function IdsSource({ draft, problem, onChange }: SourceProps) {
  const count = idsIn(draft.idsText).length;
  return (
    <CodeField
      label={texts.newBatch.idsLabel}
      help={
        <>
          {texts.newBatch.idsHelp} <strong>{count > 0 && texts.newBatch.idsCount(count)}</strong>
        </>
      }
      problem={problem}
      rows={8}
      value={draft.idsText}
      onInput={(idsText) => onChange({ idsText })}
    />
  );
}
