import type { Batch } from '../../../client/src/index.ts';
import { numberText, shareText } from '../format/numbers.ts';
import { durationText } from '../format/times.ts';
import { Card } from '../parts/card.tsx';
import { CountBar } from '../parts/count-bar.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Time } from '../parts/time.tsx';
import { isOpen, LINE_STATES } from '../states.ts';
import { texts } from '../texts.ts';

/** Shown where there are any. */
const RARE: readonly string[] = ['rejected', 'cancelled'];

/** The bar, the counts, and how long it takes. */
export function Progress({ batch }: { readonly batch: Batch }) {
  const { counts } = batch;
  return (
    <Card title={texts.batch.progress} class="progress">
      <p class="big">
        <strong>{numberText(counts.finished)}</strong> <span>{texts.batch.of(counts.total)}</span>
        <span class="big-share">{shareText(counts.finished, counts.total)}</span>
      </p>
      <CountBar counts={counts} />
      <dl class="legend">
        {LINE_STATES.filter((state) => counts[state] > 0 || !RARE.includes(state)).map((state) => (
          <div key={state} class={counts[state] === 0 ? 'legend-none' : ''} title={texts.lineStates[state]}>
            <dt>
              <span class={`swatch fill-${state}`} />
              {texts.states[state]}
            </dt>
            <dd>{numberText(counts[state])}</dd>
          </div>
        ))}
      </dl>
      <Facts facts={factsOf(batch)} />
      {/* Its days are those of UTC, which may contradict the time that is shown. */}
      {isOpen(batch) && batch.pace && !batch.expected_end && (
        <p class="sentence help pace-note">{batch.pace.sentence}</p>
      )}
    </Card>
  );
}

function factsOf(batch: Batch): readonly Fact[] {
  const { expected_end, rate_per_minute: rate, finished_at, created_at } = batch;
  if (finished_at) {
    const took = durationText(Date.parse(finished_at) - Date.parse(created_at));
    return [
      [texts.batch.endedLabel, <Time key="end" at={finished_at} />],
      [texts.batch.tookLabel, took],
    ];
  }
  if (!isOpen(batch)) return [];
  return [
    [texts.batch.expectedLabel, expected_end ? <Time key="end" at={expected_end} /> : texts.batch.notKnown],
    [texts.batch.paceLabel, rate === null ? texts.batch.notKnown : texts.batch.pace(rate)],
  ];
}
