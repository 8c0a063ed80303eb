import { useState } from 'preact/hooks';
import type { Callback, CallbackTest } from '../../../client/src/index.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { FailureNotice, Notice } from '../parts/notices.tsx';
import { Time } from '../parts/time.tsx';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';
import { CallbackBadge } from './callback-badge.tsx';

const words = texts.callback;

export interface CallbackCardProps {
  readonly callback: Callback;
  /** Whose it is, for an operator; undefined for one's own. */
  readonly partner: string | undefined;
  /** Called after a test, which may have ended a pause. */
  onTested(): void;
}

/** Where a partner is told, and whether that works. */
export function CallbackCard({ callback, partner, onTested }: CallbackCardProps) {
  const { url, events, paused, failing_since, created_at, secrets } = callback;
  return (
    <Card title={words.title} aside={<CallbackBadge callback={callback} />} tone={failing_since ? 'bad' : 'plain'}>
      <Facts
        facts={[
          // The path may be a secret between the two.
          [
            words.address,
            <span key="url" dir="auto">
              {partner === undefined ? url : new URL(url).host}
            </span>,
          ],
          [words.events, events.map((each) => words.eventNames[each]).join(', ')],
          [words.failingSince, failing_since && <Time at={failing_since} />],
          [words.pausedSince, paused && <Time at={paused.since} />],
          [words.why, paused?.detail],
          [words.set, <Time key="set" at={created_at} />],
          [words.secrets, secrets[0] && <Time at={secrets[0].created_at} />],
        ]}
      />
      {paused && <p class="help">{words.pausedHelp}</p>}
      <TestButton partner={partner} onTested={onTested} />
    </Card>
  );
}

function TestButton({ partner, onTested }: Pick<CallbackCardProps, 'partner' | 'onTested'>) {
  const { service, mayChange } = useSignedIn();
  const [result, setResult] = useState<CallbackTest>();
  const test = useAction(async () => {
    setResult(undefined);
    setResult(await service.patient.callback.test({ partner }));
    onTested();
  });
  if (!mayChange) return null;
  return (
    <>
      <div class="buttons">
        <Button isBusy={test.isBusy} onClick={() => test.run()}>
          {words.test}
        </Button>
      </div>
      {test.failure && <FailureNotice failure={test.failure} />}
      {result && (
        <Notice tone={result.delivered ? 'good' : 'warn'}>
          {result.delivered ? words.testArrived(result.status) : words.testFailed(result.error)}
        </Notice>
      )}
    </>
  );
}
