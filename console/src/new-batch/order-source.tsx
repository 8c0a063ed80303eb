import { CodeField } from '../parts/inputs/code-field.tsx';
import { texts } from '../texts.ts';
import type { SourceProps } from './ids-source.tsx';

export function OrderSource({ draft, problem, onChange }: SourceProps) {
  return (
    <CodeField
      label={texts.newBatch.orderLabel}
      help={texts.newBatch.orderHelp}
      problem={problem}
      value={draft.orderId}
      onInput={(orderId) => onChange({ orderId })}
    />
  );
}
