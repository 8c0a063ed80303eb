import { Field } from '../parts/field.tsx';
import { texts } from '../texts.ts';
import type { SourceProps } from './ids-source.tsx';

export function OrderSource({ draft, onChange }: SourceProps) {
  return (
    <Field label={texts.newBatch.orderLabel} help={texts.newBatch.orderHelp}>
      {(control) => (
        <input
          {...control}
          type="text"
          class="code"
          spellcheck={false}
          autocapitalize="off"
          value={draft.orderId}
          onInput={({ currentTarget }) => onChange({ orderId: currentTarget.value })}
        />
      )}
    </Field>
  );
}
