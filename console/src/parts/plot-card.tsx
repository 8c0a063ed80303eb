import type { ComponentChildren } from 'preact';
import { numberText } from '../format/numbers.ts';
import { Card } from './card.tsx';
import { Empty } from './notices.tsx';
import { useWidth } from './use-width.ts';

export interface PlotCardProps {
  readonly title: string;
  /** In px. */
  readonly height: number;
  /** What the plot shows, in words. */
  readonly summary: string;
  /** Said in place of the plot. */
  readonly empty: string | false;
  /** The drawing. @param width in px */
  readonly children: (width: number) => ComponentChildren;
}

/** The room that the largest number beside a plot needs, in px. */
export function marginFor(largest: number): number {
  return Math.max(44, 16 + 8 * numberText(largest).length);
}

/** A plot as wide as there is room. */
export function PlotCard({ title, height, summary, empty, children }: PlotCardProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <Card title={title}>
      <div ref={box} class="plot" style={{ minHeight: `${height}px` }}>
        {empty && <Empty>{empty}</Empty>}
        {!empty && width > 0 && (
          <svg width={width} height={height} role="img" aria-label={summary}>
            {children(width)}
          </svg>
        )}
      </div>
    </Card>
  );
}
