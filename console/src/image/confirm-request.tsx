import { useState } from 'preact/hooks';
import type { Preferences } from '../../../client/src/index.ts';
import { Dialog } from '../parts/dialog.tsx';
import { PreferenceList } from '../preferences/preference-list.tsx';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';

export interface ConfirmRequestProps {
  readonly title: string;
  readonly imageId: string;
  readonly preferences: Preferences;
  onSent(): void;
  onClose(): void;
}

/** Shows what is sent before it is. */
export function ConfirmRequest({ title, imageId, preferences, onSent, onClose }: ConfirmRequestProps) {
  const { service } = useSignedIn();
  // However often the answer is lost, it is one request.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const send = useAction(async () => {
    await service.patient.reprocess(imageId, preferences, { wait: 0, idempotencyKey });
    onClose();
    onSent();
  });
  return (
    <Dialog
      title={title}
      confirm={texts.image.send}
      keep={texts.image.cancel}
      isBusy={send.isBusy}
      failure={send.failure}
      onConfirm={() => send.run()}
      onClose={onClose}
    >
      <p>{texts.image.sends}</p>
      <PreferenceList preferences={preferences} />
    </Dialog>
  );
}
