import type { Budget } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { utcDayText } from '../format/times.ts';
import { marginFor, PlotCard } from '../parts/plot-card.tsx';
import { texts } from '../texts.ts';

const HEIGHT = 200;
const MARGIN = { top: 22, right: 4, bottom: 26 };

type Window = Budget['history'][number];

/** What was used in each window of the limit, the latest at the right. */
export function BudgetHistory({ budget }: { readonly budget: Budget }) {
  const windows = budget.history.toReversed();
  const used = windows.reduce((sum, each) => sum + each.used, 0);
  return (
    <PlotCard
      title={texts.health.history}
      height={HEIGHT}
      summary={texts.health.historySummary(windows.length, used)}
      empty={used === 0 && texts.health.historyEmpty}
    >
      {(width) => <Bars windows={windows} width={width} />}
    </PlotCard>
  );
}

function Bars({ windows, width }: { readonly windows: readonly Window[]; readonly width: number }) {
  const top = Math.max(1, ...windows.flatMap(({ used, limit }) => [used, limit ?? 0]));
  const bottom = HEIGHT - MARGIN.bottom;
  const left = marginFor(top);
  const y = (count: number) => bottom - (count / top) * (bottom - MARGIN.top);
  const step = (width - left - MARGIN.right) / Math.max(7, windows.length);
  const barWidth = Math.min(40, step * 0.62);
  const limit = windows.at(-1)?.limit ?? null;
  // As many days as have room for their names.
  const every = Math.ceil(88 / step);
  return (
    <>
      <g class="plot-grid">
        {[0, top].map((count) => (
          <text key={count} x={left - 8} y={y(count) + 4} text-anchor="end">
            {numberText(count)}
          </text>
        ))}
        <line x1={left} x2={width} y1={bottom} y2={bottom} />
      </g>
      {windows.map(({ window, used, limit: most }, index) => {
        const x = left + step * index + (step - barWidth) / 2;
        const day = utcDayText(new Date(window.start));
        return (
          <g key={window.start}>
            <title>{texts.health.windowOf(day, used, most)}</title>
            <rect
              class="plot-bar"
              x={x}
              y={y(used)}
              width={barWidth}
              height={Math.max(used > 0 ? 2 : 0, bottom - y(used))}
              rx={2}
            />
            {(windows.length - 1 - index) % every === 0 && (
              <text
                x={index === windows.length - 1 ? x + barWidth : x + barWidth / 2}
                y={HEIGHT - 8}
                text-anchor={index === windows.length - 1 ? 'end' : 'middle'}
              >
                {day}
              </text>
            )}
          </g>
        );
      })}
      {limit !== null && (
        <g class="plot-limit">
          <line x1={left} x2={width} y1={y(limit)} y2={y(limit)} />
          <text x={width - 4} y={y(limit) - 6} text-anchor="end">
            {texts.health.limitLine} {numberText(limit)}
          </text>
        </g>
      )}
    </>
  );
}
