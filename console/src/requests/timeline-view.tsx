import type { RequestItem } from '../../../client/src/index.ts';
import { Time } from '../parts/time.tsx';
import { texts } from '../texts.ts';
import { timelineOf } from './timeline.ts';
import { useDeliveries } from './use-deliveries.ts';

export function Timeline({ request }: { readonly request: RequestItem }) {
  const deliveries = useDeliveries(request);
  return (
    <ol class="timeline">
      {timelineOf(request, deliveries).map(({ title, at, details, until, tone }) => (
        <li key={`${title} ${at}`} class={`step step-${tone}`}>
          <p class="step-title">
            <strong>{title}</strong> {at && <Time at={at} withSeconds />}
          </p>
          {details.map((detail) => (
            <p key={detail} class="sentence help" dir="auto">
              {detail}
            </p>
          ))}
          {until && (
            <p class="sentence help">
              {texts.request.waitedUntil} <Time at={until} withSeconds />.
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
