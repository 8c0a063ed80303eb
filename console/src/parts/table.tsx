import type { ComponentChildren } from 'preact';
import { texts } from '../texts.ts';

export interface Column {
  readonly title: string;
  /** `number` is at the right; `wide` is left out where there is no room, as its cells are. */
  readonly class?: 'number' | 'wide' | 'number wide';
}

export interface TableProps {
  readonly label: string;
  readonly columns: readonly (Column | false)[];
  /** Whether something newer is about to take its place. */
  readonly isOld?: boolean;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table that may be wider than the page: scrolled by itself, with the keyboard too. */
export function Table({ label, columns, isOld, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class={`scrolled ${isOld ? 'old' : ''}`} aria-label={texts.tableOf(label)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(
              (column) =>
                column && (
                  <th key={column.title} scope="col" class={column.class}>
                    {column.title}
                  </th>
                ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
