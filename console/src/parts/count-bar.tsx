import type { BatchCounts } from '../../../client/src/index.ts';
import { countText, shareText } from '../format/numbers.ts';
import { LINE_STATES } from '../states.ts';
import { texts } from '../texts.ts';

/** What waits is the rest of the bar. */
const BAR_STATES = LINE_STATES.filter((state) => state !== 'waiting');

export function CountBar({ counts }: { readonly counts: BatchCounts }) {
  const parts = BAR_STATES.filter((state) => counts[state] > 0);
  const words = parts.map((state) => `${countText(counts[state], 'line')} ${texts.states[state].toLowerCase()}`);
  const label = `${shareText(counts.finished, counts.total)}: ${words.join(', ') || texts.states.waiting}`;
  return (
    <div class="bar" role="img" aria-label={label}>
      {parts.map((state) => (
        <span key={state} class={`bar-part fill-${state}`} style={{ flexGrow: counts[state] }} />
      ))}
      {counts.waiting > 0 && <span class="bar-part" style={{ flexGrow: counts.waiting }} />}
    </div>
  );
}
