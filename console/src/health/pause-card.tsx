import { useRef, useState } from 'preact/hooks';
import type { Budget } from '../../../client/src/index.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/inputs/field.tsx';
import { FailureNotice } from '../parts/notices.tsx';
import { Time } from '../parts/time.tsx';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';

export interface PauseCardProps {
  readonly budget: Budget;
  onChanged(): void;
}

const words = texts.health;

/** Whether calls are made for the account, and an operator's switch. */
export function PauseCard({ budget: { paused }, onChanged }: PauseCardProps) {
  const { service, isOperator, mayChange } = useSignedIn();
  const [isAsked, setAsked] = useState(false);
  const resume = useAction(async () => {
    await service.patient.resume();
    onChanged();
  });
  return (
    <Card
      title={words.calls}
      tone={paused ? 'note' : 'plain'}
      aside={paused && <Badge tone="warn">{words.paused}</Badge>}
    >
      {paused ? (
        <div class="pause">
          <p class="sentence" dir="auto">
            {paused.detail}
          </p>
          <p class="help">
            {words.pausedSince} <Time at={paused.since} />,{' '}
            {paused.until ? (
              <>
                {words.pausedUntil} <Time at={paused.until} />
              </>
            ) : (
              words.untilResumed
            )}
          </p>
        </div>
      ) : (
        <p>{words.flowing}</p>
      )}
      {isOperator && mayChange && (
        <div class="buttons">
          {paused ? (
            <Button kind="primary" isBusy={resume.isBusy} onClick={() => resume.run()}>
              {words.resume}
            </Button>
          ) : (
            <Button onClick={() => setAsked(true)}>{words.pause}</Button>
          )}
        </div>
      )}
      {resume.failure && <FailureNotice failure={resume.failure} />}
      {isAsked && <PauseDialog onChanged={onChanged} onClose={() => setAsked(false)} />}
    </Card>
  );
}

function PauseDialog({ onChanged, onClose }: { readonly onChanged: () => void; readonly onClose: () => void }) {
  const { service } = useSignedIn();
  const reason = useRef<HTMLInputElement>(null);
  const [isMissing, setMissing] = useState(false);
  const pause = useAction(async () => {
    const text = reason.current?.value.trim() ?? '';
    setMissing(text === '');
    if (text === '') return reason.current?.focus();
    await service.patient.pause({ reason: text });
    onChanged();
    onClose();
  });
  return (
    <Dialog
      title={words.pauseTitle}
      confirm={words.pauseConfirm}
      keep={words.pauseKeep}
      isDanger
      isBusy={pause.isBusy}
      failure={pause.failure}
      onConfirm={() => pause.run()}
      onClose={onClose}
    >
      <p>{words.pauseHelp}</p>
      <Field
        label={words.pauseReason}
        help={words.pauseReasonHelp}
        problem={isMissing ? words.pauseReasonMissing : undefined}
      >
        {(control) => <input {...control} ref={reason} type="text" maxLength={200} />}
      </Field>
    </Dialog>
  );
}
