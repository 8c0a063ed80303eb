import { Card } from '../parts/card.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Empty, Loading } from '../parts/notices.tsx';
import { Time } from '../parts/time.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { valueText } from '../preferences/preference-list.tsx';
import { useSignedIn } from '../service/context.ts';
import { fieldTexts, recordTexts, texts } from '../texts.ts';

export interface RecordCardProps {
  readonly imageId: string;
  /** Changes when something became of the image. */
  readonly version: string;
}

/** Autoenhance's record of an image. It is read anew when something became of the image, and no more often: it costs a call. */
export function RecordCard({ imageId, version }: RecordCardProps) {
  const { service } = useSignedIn();
  const { data: record, failure } = usePoll({
    key: `${imageId}/${version}`,
    load: (signal) => service.quick.image(imageId, { signal }),
    hasEnded: () => true,
    keepsData: true,
  });
  const { image_id: _, ...others } = record ?? {};
  const members = Object.entries(others).filter(
    ([, value]) => value !== null && value !== '' && typeof value !== 'object',
  );
  const facts: readonly Fact[] = members.map(([name, value]) => [
    fieldTexts[name]?.label ?? recordTexts[name] ?? name,
    <span key={name} dir="auto">
      {name === 'date_added' && typeof value === 'number' ? (
        <Time at={new Date(value).toISOString()} />
      ) : (
        valueText(value)
      )}
    </span>,
  ]);
  return (
    <Card title={texts.image.record}>
      {record && <Facts facts={facts} class="facts-small" />}
      {!record && !failure && <Loading rows={4} />}
      {!record && failure && (
        <Empty>{failure.status === 404 ? texts.image.recordUnknown : texts.image.recordEmpty}</Empty>
      )}
    </Card>
  );
}
