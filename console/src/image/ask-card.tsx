import { useState } from 'preact/hooks';
import type { Preferences } from '../../../client/src/index.ts';
import { Button } from '../parts/button.tsx';
import { PreferencesForm } from '../preferences/preferences-form.tsx';
import { texts } from '../texts.ts';
import { ConfirmRequest } from './confirm-request.tsx';

export interface AskCardProps {
  readonly imageId: string;
  /** Called when it was sent. */
  onSent(): void;
}

/** A new request for an image. */
export function AskCard({ imageId, onSent }: AskCardProps) {
  // Undefined while they are no JSON.
  const [preferences, setPreferences] = useState<Preferences | undefined>({});
  const [isAsked, setAsked] = useState(false);
  return (
    <details class="card more ask">
      <summary>{texts.image.ask}</summary>
      <p class="help">{texts.newBatch.preferencesHelp}</p>
      <PreferencesForm preferences={preferences ?? {}} onChange={setPreferences} />
      <Button kind="primary" isDisabled={preferences === undefined} onClick={() => setAsked(true)}>
        {texts.image.askSend}
      </Button>
      {isAsked && preferences && (
        <ConfirmRequest
          title={texts.image.confirmAsk}
          imageId={imageId}
          preferences={preferences}
          onSent={onSent}
          onClose={() => setAsked(false)}
        />
      )}
    </details>
  );
}
