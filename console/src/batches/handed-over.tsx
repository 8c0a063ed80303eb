import type { BatchSummary } from '../../../client/src/index.ts';
import { Time } from '../parts/time.tsx';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';

/** When a batch came, and where it is not plain, from whom and from where. */
export function HandedOver({ batch }: { readonly batch: Pick<BatchSummary, 'created_at' | 'partner' | 'source'> }) {
  const { isOperator } = useSignedIn();
  const { created_at, partner, source } = batch;
  return (
    <>
      {texts.batches.handedOver} <Time at={created_at} />
      {source === 'order' && ` ${texts.fromOrder}`}
      {source === 'upload' && ` ${texts.fromBucket}`}
      {isOperator && ` ${partner ? texts.batches.by(partner) : texts.batches.own}`}
    </>
  );
}
