import type { Batch } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { clockText, dayText, hourText } from '../format/times.ts';
import { marginFor, PlotCard } from '../parts/plot-card.tsx';
import { texts } from '../texts.ts';
import { LONGEST_IN_HOURS_MS, type Plot, plotOf, timeTicks } from './plot-points.ts';

const HEIGHT = 290;
const MARGIN = { top: 16, right: 16, bottom: 26 };
const TICK_PX = 110;

/** How many lines have ended over time, and where the line leads. */
export function BurnUp({ batch }: { readonly batch: Batch }) {
  const plot = plotOf(batch, Date.now());
  const { finished, failed, total } = batch.counts;
  return (
    <PlotCard
      title={texts.batch.plotTitle}
      height={HEIGHT}
      summary={texts.batch.plotSummary(finished, failed, total)}
      empty={plot === undefined && texts.batch.plotEmpty}
    >
      {(width) => plot && <Drawing plot={plot} width={width} />}
    </PlotCard>
  );
}

function Drawing({ plot, width }: { readonly plot: Plot; readonly width: number }) {
  const { points, end, from, to, total } = plot;
  const [left, right] = [marginFor(total), width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const x = (at: number) => left + ((at - from) / (to - from)) * (right - left);
  const y = (count: number) => bottom - (count / Math.max(1, total)) * (bottom - top);
  const above = points.map(({ at, finished, failed }) => `${x(at)},${y(finished + failed)}`);
  const middle = points.map(({ at, finished }) => `${x(at)},${y(finished)}`);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <>
      {[...new Set([0, Math.round(total / 2), total])].map((count) => (
        <g key={count} class="plot-grid">
          <line x1={left} x2={right} y1={y(count)} y2={y(count)} />
          <text x={left - 8} y={y(count) + 4} text-anchor="end">
            {numberText(count)}
          </text>
        </g>
      ))}
      {ticksOf(plot, right - left).map(({ at, text }) => (
        <g key={at} class="plot-grid">
          <line x1={x(at)} x2={x(at)} y1={bottom} y2={bottom + 4} />
          <text x={x(at)} y={HEIGHT - 6} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <polygon class="plot-failed" points={[...middle, ...above.toReversed()].join(' ')} />
      <polygon
        class="plot-finished"
        points={[`${x(first.at)},${bottom}`, ...middle, `${x(last.at)},${bottom}`].join(' ')}
      />
      <polyline class="plot-line" points={middle.join(' ')} />
      {end !== undefined && (
        <line class="plot-expected" x1={x(last.at)} y1={y(last.finished + last.failed)} x2={x(end)} y2={y(total)} />
      )}
      {end !== undefined && (
        <text x={x(end)} y={y(total) - 5} text-anchor="end">
          {texts.batch.plotExpected}
        </text>
      )}
      <circle class="plot-now" cx={x(last.at)} cy={y(last.finished)} r={4} />
    </>
  );
}

function ticksOf({ from, to }: Plot, widthPx: number) {
  const offsetOf = (at: number) => -new Date(at).getTimezoneOffset() * 60_000;
  const span = to - from;
  const textOf = (at: number) => {
    if (span > LONGEST_IN_HOURS_MS) return dayText(new Date(at));
    return span > 180_000 ? hourText(new Date(at)) : clockText(at);
  };
  return timeTicks(from, to, widthPx / TICK_PX, offsetOf).map((at) => ({ at, text: textOf(at) }));
}
