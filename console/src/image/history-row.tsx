import { useState } from 'preact/hooks';
import type { HistoryEntry } from '../../../client/src/settings-history.ts';
import { timeText } from '../format/times.ts';
import { StateBadge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Link } from '../parts/link.tsx';
import { Time } from '../parts/time.tsx';
import { FieldName, valueText } from '../preferences/preference-list.tsx';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { ConfirmRequest } from './confirm-request.tsx';
import { failureReason } from './failure-reason.ts';

export interface HistoryRowProps {
  readonly entry: HistoryEntry;
  /** Called when something new was sent. */
  onSent(): void;
}

/** A request for an image, what it changed, and what can be done from it. */
export function HistoryRow({ entry, onSent }: HistoryRowProps) {
  const { mayChange } = useSignedIn();
  const { request, wayBack } = entry;
  const { request_id, life, accepted_at, preferences } = request;
  const [asked, setAsked] = useState<'again' | 'back'>();
  const reason = failureReason(request);
  const labelOf = (text: string) => `${text}: ${timeText(accepted_at, Date.now())}`;
  return (
    <li class="history-row">
      <div class="history-text">
        <p class="history-head">
          <Link path={['requests', request_id]}>
            <Time at={accepted_at} />
          </Link>
          <StateBadge state={life} />
          {!entry.hasActed && life === 'failed' && <span class="help">{texts.image.failedChanges}</span>}
        </p>
        {reason && (
          <p class="sentence clamp" dir="auto">
            {reason}
          </p>
        )}
        <Changes entry={entry} />
      </div>
      {mayChange && (
        <div class="buttons">
          <Button label={labelOf(texts.image.again)} onClick={() => setAsked('again')}>
            {texts.image.again}
          </Button>
          {wayBack && (
            <Button label={labelOf(texts.image.back)} onClick={() => setAsked('back')}>
              {texts.image.back}
            </Button>
          )}
        </div>
      )}
      {asked && (
        <ConfirmRequest
          title={asked === 'again' ? texts.image.confirmAgain : texts.image.confirmBack}
          imageId={request.image_id}
          preferences={asked === 'again' ? preferences : (wayBack ?? {})}
          onSent={onSent}
          onClose={() => setAsked(undefined)}
        />
      )}
    </li>
  );
}

function Changes({ entry: { changes } }: { readonly entry: HistoryEntry }) {
  if (changes.length === 0) return <p class="help">{texts.image.changesNothing}</p>;
  return (
    <ul class="changes">
      {changes.map(({ name, before, after }) => (
        <li key={name} dir="auto">
          <FieldName name={name} />: <strong>{valueText(after)}</strong>{' '}
          {before !== undefined && (
            <span class="calm">
              ({texts.image.from} {valueText(before)})
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
