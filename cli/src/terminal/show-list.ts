import type { Context } from '../context.ts';
import { type Column, tableText } from './table.ts';

/** Of a page. */
export const PAGE_SIZE = 100;

/** Shows the first items of a list: as a table, or as they come for programs. @param showHead what stands above the table */
export async function showList<Item>(
  { output }: Context,
  list: AsyncIterable<Item> | Iterable<Item>,
  columns: readonly Column<Item>[],
  limit: number,
  showHead: () => void = () => {},
): Promise<void> {
  const shown: Item[] = [];
  let count = 0;
  let hasMore = false;
  for await (const item of list) {
    if (count === limit) {
      hasMore = true;
      break;
    }
    count += 1;
    if (output.isJson) output.data(item, () => '');
    else shown.push(item);
  }
  showHead();
  if (shown.length > 0) output.out.write(`${tableText(columns, shown, output.out)}\n`);
  if (count === 0) output.say('There are none.');
  if (hasMore) output.say(`There are more: --limit ${count * 2}, or --limit all.`);
}

/** What one page has to hold. One more than is shown tells whether there are more. */
export function pageSize(limit: number): number {
  return Math.min(PAGE_SIZE, limit + 1);
}
