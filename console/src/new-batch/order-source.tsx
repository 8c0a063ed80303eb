import { CodeField } from '../parts/inputs/code-field.tsx';
import { texts } from '../texts.ts';
import type { SourceProps } from './ids-source.tsx';

export function OrderSource({ draft, onChange }: SourceProps) {
  return (
    <CodeField
      label={texts.newBatch.orderLabel}
      help={texts.newBatch.orderHelp}
      value={draft.orderId}
      onInput={(orderId) => onChange({ orderId })}
    />
  );
}
