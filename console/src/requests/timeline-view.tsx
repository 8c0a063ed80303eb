import type { RequestItem } from '../../../client/src/index.ts';
import { Time } from '../parts/time.tsx';
import { timelineOf } from './timeline.ts';

export function Timeline({ request }: { readonly request: RequestItem }) {
  return (
    <ol class="timeline">
      {timelineOf(request).map(({ title, at, details, tone }) => (
        <li key={title} class={`step step-${tone}`}>
          <p class="step-title">
            <strong>{title}</strong> {at && <Time at={at} />}
          </p>
          {details.map((detail) => (
            <p key={detail} class="sentence help" dir="auto">
              {detail}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}
