import type { Delivery } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { Empty, FailureNotice } from '../parts/notices.tsx';
import { Pager } from '../parts/pager.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { UnreadPart } from '../parts/unread.tsx';
import { usePagedPoll } from '../polling/use-paged-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { firstPage } from '../service/first-page.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';

const PAGE = 20;
const words = texts.callback;

export interface DeliveriesProps {
  /** Whose, for an operator; undefined for one's own. */
  readonly partner: string | undefined;
}

/** What a partner was told, newest first. */
export function Deliveries({ partner }: DeliveriesProps) {
  const { service, mayChange } = useSignedIn();
  const poll = usePagedPoll({
    list: partner ?? '',
    load: (page, signal) => firstPage(service.quick.callback.deliveries({ partner, ...page, limit: PAGE, signal })),
  });
  const deliveries = poll.data?.items ?? [];
  const { columns } = words;
  return (
    <Card title={words.deliveries}>
      {deliveries.length > 0 && (
        <Table
          label={words.deliveries}
          columns={[
            { title: columns.event },
            { title: columns.subject, class: 'wide' },
            { title: columns.state },
            { title: columns.attempts, class: 'number wide' },
            mayChange && { title: columns.send },
          ]}
          isOld={poll.isOfOldKey}
        >
          {deliveries.map((each) => (
            <Row key={each.id} delivery={each} partner={partner} onSent={poll.look} />
          ))}
        </Table>
      )}
      {poll.data && deliveries.length === 0 && <Empty>{words.deliveriesEmpty}</Empty>}
      <UnreadPart poll={poll} rows={6} />
      <Pager pages={poll} />
    </Card>
  );
}

const TONES: Readonly<Record<Delivery['state'], Tone>> = { delivered: 'good', waiting: 'warn', given_up: 'bad' };

interface RowProps extends DeliveriesProps {
  readonly delivery: Delivery;
  /** Called when it was sent once more. */
  onSent(): void;
}

function Row({ delivery, partner, onSent }: RowProps) {
  const { mayChange } = useSignedIn();
  const { type, subject, time, state, attempts, next_attempt_at, last_attempts } = delivery;
  const last = last_attempts.at(-1);
  const about = <IdLink place={type === 'batch.finished' ? 'batches' : 'images'} id={subject} />;
  return (
    <tr>
      <td>
        <span title={type}>{words.eventNames[type]}</span>
        <span class="id phone" dir="auto">
          {about}
        </span>
        <span class="help block">
          <Time at={time} />
        </span>
      </td>
      <td class="id wide" dir="auto">
        {about}
      </td>
      <td>
        <Badge tone={TONES[state]}>{words.deliveryStates[state]}</Badge>
        {last?.error && (
          <span class="help block sentence" dir="auto">
            {last.error}
          </span>
        )}
        {next_attempt_at && (
          <span class="help block">
            {words.nextAttempt} <Time at={next_attempt_at} />
          </span>
        )}
      </td>
      <td class="number wide">{numberText(attempts)}</td>
      {mayChange && (
        <td>
          <Resend id={delivery.id} of={`${words.eventNames[type]}, ${subject}`} partner={partner} onSent={onSent} />
        </td>
      )}
    </tr>
  );
}

interface ResendProps extends Pick<RowProps, 'partner' | 'onSent'> {
  readonly id: string;
  /** What was told, of what. */
  readonly of: string;
}

function Resend({ id, of, partner, onSent }: ResendProps) {
  const { service } = useSignedIn();
  const resend = useAction(async () => {
    await service.patient.callback.resend(id, { partner });
    onSent();
  });
  return (
    <>
      <Button label={`${words.again}: ${of}`} isBusy={resend.isBusy} onClick={() => resend.run()}>
        {words.again}
      </Button>
      {resend.failure && <FailureNotice failure={resend.failure} />}
    </>
  );
}
