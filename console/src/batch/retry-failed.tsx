import { useState } from 'preact/hooks';
import type { Batch } from '../../../client/src/index.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';
import { putFlash } from './flash.ts';
import { retryFlash } from './retry-flash.ts';

/** Sends the failed lines of a batch again, which costs: so it asks first. */
export function RetryFailed({ batch: { batch_id: id, counts } }: { readonly batch: Batch }) {
  const { service } = useSignedIn();
  const [isAsked, setAsked] = useState(false);
  const retry = useAction(async () => {
    const made = await service.patient.batches.retry(id);
    putFlash(retryFlash(made));
    goTo(['batches', made.batch_id]);
  });
  return (
    <>
      <Button kind="primary" onClick={() => setAsked(true)}>
        {texts.batch.retry(counts.failed)}
      </Button>
      {isAsked && (
        <Dialog
          title={texts.retry.title(counts.failed)}
          confirm={texts.retry.confirm}
          keep={texts.retry.keep}
          isBusy={retry.isBusy}
          failure={retry.failure}
          onConfirm={() => retry.run()}
          onClose={() => {
            retry.clear();
            setAsked(false);
          }}
        >
          <ul class="sentences">
            <li>
              <strong>{texts.retry.sends(counts.failed)}</strong>
            </li>
            <li>{texts.retry.leftOut}</li>
          </ul>
        </Dialog>
      )}
    </>
  );
}
