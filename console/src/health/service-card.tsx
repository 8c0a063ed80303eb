import { numberText } from '../format/numbers.ts';
import { durationText } from '../format/times.ts';
import { isFailing } from '../partners/callback-state.ts';
import { usePartners } from '../partners/use-partners.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Link } from '../parts/link.tsx';
import { Time } from '../parts/time.tsx';
import { UnreadPart } from '../parts/unread.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';

const words = texts.health;

/** The parts of the service, for operators. */
export function ServiceCard() {
  const { service } = useSignedIn();
  const poll = usePoll({
    key: 'health',
    load: (signal) => service.quick.health({ signal }),
  });
  const { data: health } = poll;
  return (
    <Card title={words.service} tone={health && health.dead_letters > 0 ? 'bad' : 'plain'}>
      <UnreadPart poll={poll} rows={4} />
      {health && (
        <Facts
          facts={[
            [words.waiting, numberText(health.queue.waiting)],
            [words.inWork, numberText(health.queue.in_work)],
            [words.oldest, ageText(health.queue.oldest_accepted_at)],
            [words.deadLetters, <DeadLetters key="dead" count={health.dead_letters} />],
            [words.lastWebhook, health.webhook_seen_at ? <Time key="seen" at={health.webhook_seen_at} /> : words.never],
            [words.callbacks, <FailingCallbacks key="callbacks" />],
            [words.version, health.version],
          ]}
        />
      )}
    </Card>
  );
}

function ageText(acceptedAt: string | null): string | undefined {
  return acceptedAt === null ? undefined : durationText(Date.now() - Date.parse(acceptedAt));
}

function FailingCallbacks() {
  const { data: partners } = usePartners();
  if (partners === undefined) return <>…</>;
  const failing = partners.filter(({ callback }) => callback !== null && isFailing(callback));
  return <Link path={['partners']}>{numberText(failing.length)}</Link>;
}

function DeadLetters({ count }: { readonly count: number }) {
  return (
    <>
      {numberText(count)} {count > 0 && <span class="help">{words.deadLettersHelp}</span>}
    </>
  );
}
