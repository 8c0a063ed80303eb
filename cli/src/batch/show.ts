import type { Batch, BatchLine } from '../../../client/src/contract.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { limitOf } from '../input/duration.ts';
import { numberText, timeText } from '../terminal/numbers.ts';
import { pageSize, showList } from '../terminal/show-list.ts';
import { type Column, factsText } from '../terminal/table.ts';
import { endsBehind } from './pace-text.ts';
import { refusalTexts, SHOWN } from './preview.ts';

interface ShowOptions {
  readonly lines?: boolean;
  readonly state?: BatchLine['state'];
  readonly code?: string;
  readonly limit: string;
}

/** `batch show` */
export async function run(context: Context, { lines, state, code, limit }: ShowOptions, id: string): Promise<ExitCode> {
  const { output, signal } = context;
  const client = context.client();
  const most = limitOf(limit);
  const hasLines = lines || state !== undefined || code !== undefined;
  // For programs the lines alone, so that each of what they read is of one kind.
  const hasBatch = !hasLines || (!output.isJson && output.out.isTTY);
  const batch = hasBatch ? await client.batches.get(id, { signal }) : undefined;
  const showBatch = () => {
    if (batch === undefined) return;
    output.data(batch, () => `${factsText(factsOf(batch, context.now()), output.out)}${textsOf(batch)}`);
  };
  if (hasLines) {
    const list = client.batches.requests(id, { state, code, limit: pageSize(most), signal } as object);
    await showList(context, list, LINES, most, showBatch);
  } else showBatch();
  return EXIT.finished;
}

function factsOf(batch: Batch, now: number) {
  const { counts, waits_for: waits } = batch;
  const count = Object.entries(counts).filter(([name, value]) => name !== 'total' && value > 0);
  return [
    ['batch', batch.batch_id],
    ['name', batch.name],
    ['partner', batch.partner],
    ['retry of', batch.retry_of],
    ['state', batch.state],
    ['lines', [numberText(counts.total), ...count.map(([name, value]) => `${numberText(value)} ${name}`)].join(', ')],
    ['waits for', waits && `${waits.detail}${waits.until ? `, until ${timeText(waits.until, now)}` : ''}`],
    ['pace', batch.rate_per_minute ? `${numberText(Math.round(batch.rate_per_minute))} a minute` : ''],
    ['expected', expectedText(batch, now)],
    ['created', batch.created_at],
    ['finished', batch.finished_at],
  ] as const;
}

function expectedText({ pace, expected_end: end, waits_for: waits }: Batch, now: number): string {
  if (waits === null || end === null || !endsBehind(waits, end)) return pace?.sentence ?? timeText(end, now);
  return waits.until === undefined ? '' : `after ${timeText(waits.until, now)}`;
}

function textsOf({ problems, warnings, check, counts }: Batch): string {
  const { refused, others } = refusalTexts(check?.rejections ?? [], problems);
  const more = counts.rejected > SHOWN ? [`and ${numberText(counts.rejected - SHOWN)} more: --state rejected`] : [];
  const texts = [
    ...others.map((text) => `problem: ${text}`),
    ...warnings.map((text) => `warning: ${text}`),
    ...refused.map((text) => `refused: ${text}`),
  ];
  return [...texts, ...(texts.length > 0 ? more : [])].map((text) => `\n${text}`).join('');
}

const LINES: readonly Column<BatchLine>[] = [
  { title: 'LINE', value: ({ line }) => line },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'IMAGE', isId: true, value: ({ image_id }) => image_id },
  { title: 'CODE', value: ({ code }) => code },
  { title: 'REASON', value: ({ reason }) => reason },
  { title: 'REQUEST', isId: true, value: ({ request_id }) => request_id },
];
