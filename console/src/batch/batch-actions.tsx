import { useState } from 'preact/hooks';
import type { Batch } from '../../../client/src/index.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/notices.tsx';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { isOpen } from '../states.ts';
import { texts } from '../texts.ts';
import { CancelNumbers } from './cancel-numbers.tsx';
import { possibleActions } from './possible-actions.ts';
import { RetryFailed } from './retry-failed.tsx';

export interface BatchActionsProps {
  readonly batch: Batch;
  /** Called when the service has done it. */
  onChanged(): void;
}

/** What can be done with a batch now. */
export function BatchActions({ batch, onChanged }: BatchActionsProps) {
  const { service, mayChange } = useSignedIn();
  const [isCancelling, setCancelling] = useState(false);
  const { batch_id: id } = batch;
  const { batches } = service.patient;
  const pause = useAction(async () => {
    await batches.pause(id);
    onChanged();
  });
  const resume = useAction(async () => {
    await batches.resume(id);
    onChanged();
  });
  const cancel = useAction(async () => {
    await batches.cancel(id);
    setCancelling(false);
    onChanged();
  });
  const failure = pause.failure ?? resume.failure;
  const { canBeRetried, canBePaused, canBeResumed, canBeCancelled, hasResults } = possibleActions(batch);
  return (
    <>
      <div class="buttons">
        {mayChange && canBeRetried && <RetryFailed batch={batch} />}
        {mayChange && canBePaused && (
          <Button isBusy={pause.isBusy} onClick={() => pause.run()}>
            {texts.batch.pause}
          </Button>
        )}
        {mayChange && canBeResumed && (
          <Button kind="primary" isBusy={resume.isBusy} onClick={() => resume.run()}>
            {texts.batch.resume}
          </Button>
        )}
        {mayChange && canBeCancelled && <Button onClick={() => setCancelling(true)}>{texts.batch.cancel}</Button>}
        {hasResults && (
          <a class="button button-plain" href={`/v3/batches/${encodeURIComponent(id)}/results`} download>
            {isOpen(batch) ? texts.batch.downloadNow : texts.batch.download}
          </a>
        )}
      </div>
      {failure && <FailureNotice failure={failure} />}
      {isCancelling && canBeCancelled && (
        <Dialog
          title={texts.cancel.title}
          confirm={texts.cancel.confirm}
          keep={texts.cancel.keep}
          isDanger
          isBusy={cancel.isBusy}
          failure={cancel.failure}
          onConfirm={() => cancel.run()}
          onClose={() => {
            cancel.clear();
            setCancelling(false);
          }}
        >
          <CancelNumbers batch={batch} />
        </Dialog>
      )}
    </>
  );
}
