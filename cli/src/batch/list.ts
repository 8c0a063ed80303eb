import type { BatchSummary } from '../../../client/src/contract.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { limitOf } from '../input/duration.ts';
import { ageText, numberText } from '../terminal/numbers.ts';
import { pageSize, showList } from '../terminal/show-list.ts';
import type { Column } from '../terminal/table.ts';

interface ListOptions {
  readonly state?: BatchSummary['state'];
  readonly partner?: string;
  readonly limit: string;
}

/** `batch list` */
export async function run(context: Context, { state, partner, limit }: ListOptions): Promise<ExitCode> {
  const most = limitOf(limit);
  const list = context
    .client()
    .batches.list({ state, partner, limit: pageSize(most), signal: context.signal } as object);
  await showList(context, list, columns(context.now()), most);
  return EXIT.finished;
}

const columns = (now: number): readonly Column<BatchSummary>[] => [
  { title: 'ID', isId: true, value: ({ batch_id }) => batch_id },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'DONE', value: ({ counts }) => numberText(counts.finished + counts.failed + counts.cancelled) },
  { title: 'OF', value: ({ counts }) => numberText(counts.total - counts.rejected) },
  { title: 'FAILED', value: ({ counts }) => numberText(counts.failed) },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'AGE', value: ({ created_at }) => ageText(created_at, now) },
  { title: 'PARTNER', value: ({ partner }) => partner },
];
