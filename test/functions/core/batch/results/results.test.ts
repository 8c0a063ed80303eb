import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../../../functions/adapters/csv/parse-csv.ts';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { lineIdOf } from '../../../../../functions/core/batch/batch-file.ts';
import { inMemoryStore } from '../../../../../functions/core/batch/check/in-memory-store.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import { createReadLines, type ReadLines } from '../../../../../functions/core/batch/reading/read-lines.ts';
import { createWriteResults } from '../../../../../functions/core/batch/results/results.ts';
import { failure } from '../../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');
const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const made = newBatch({
  ...{ batchId: 'b_1', name: 'a', source: 'http', file, createdAt: NOON },
  check: { ...nothing, total: 5 },
});
/** Its first three lines are sent. */
const batch: Batch = { ...made, feed: { ...made.feed, fed: { offset: 0, line: 4 }, lines: 3, isFed: true } };
const facts = { attempts: 2, warnings: [], at: NOON };
const succeeded: Outcome = { kind: 'succeeded', response: null, ...facts };
const refused: Outcome = { kind: 'failed', error: failure('not_found', 'no such image'), ...facts };
const told = { by: 'webhook', at: NOON + 5000, confirmed: true, isAmbiguous: false } as const;

/** @param rounds what the ledger has of line 1, round by round */
async function rowsOf(rounds: readonly Partial<LineItem>[], of = batch): Promise<readonly string[]> {
  const items = rounds.map((its, index): [string, LineItem] => {
    const requestId = lineIdOf(of, 1, index + 1);
    const line = { imageId: 'house', line: 1, round: index + 1, attempts: 2, changes: 0 };
    return [requestId, { ...line, requestId, isUncounted: false, isUnknown: false, ...its }];
  });
  const readLines = async function* () {
    const place = { offset: 0, line: 2 };
    yield { lines: [], head: { separator: ';', cells: ['image_id', 'note'] } };
    yield {
      lines: [
        { line: 1, next: place, text: 'house;"a; b"', request: { imageId: 'house', preferences: {} } },
        { line: 2, next: place, isBlank: true },
        { line: 3, next: place, text: 'bad "id";x', refusal: { detail: 'no id', original: 'bad "id";x' } },
        { line: 4, next: place, text: 'barn', request: { imageId: 'barn', preferences: {} } },
      ],
    };
  } as unknown as ReadLines;
  const write = createWriteResults({ readLines, parseCsv, lines: { find: async () => new Map(items) } });
  let text = '';
  for await (const piece of write(of, plentyOfTime(standingClock()))) text += piece;
  return text
    .replace('\ufeff', '')
    .replaceAll(lineIdOf(of, 1, 1), 'first')
    .replaceAll(lineIdOf(of, 1, 2), 'second')
    .trimEnd()
    .split('\r\n');
}

const STARTED = '2026-11-22T12:00:00.000Z';
const ENDED = '2026-11-22T12:00:05.000Z';

describe('the results of a CSV file', () => {
  it('are its own rows as they came, each with what became of it', async () => {
    expect(await rowsOf([{ outcome: succeeded }])).toEqual([
      'image_id;note;request_id;state;code;reason;attempts;started_at;finished_at',
      `house;"a; b";first;started;;;2;${STARTED};`,
      '"bad ""id"";x";;;rejected;invalid_request;no id;;;',
      'barn;;;waiting;;;;;',
    ]);
  });

  it.each<[string, Partial<LineItem>, string]>([
    ['queued', {}, 'first;queued;;;2;;'],
    [
      'finished',
      { outcome: succeeded, completion: { ...told, hasFailed: false } },
      `first;finished;;;2;${STARTED};${ENDED}`,
    ],
    ['refused', { outcome: refused }, `first;failed;not_found;no such image;2;;${STARTED}`],
    [
      'refused, though the end of its image was told',
      { outcome: refused, completion: { ...told, hasFailed: false } },
      `first;failed;not_found;no such image;2;;${STARTED}`,
    ],
    [
      'broken',
      { outcome: succeeded, completion: { ...told, hasFailed: true, statusReason: 'no exposure' } },
      `first;failed;enhancement_failed;no exposure;2;${STARTED};${ENDED}`,
    ],
    [
      'waiting for the reset',
      { outcome: succeeded, completion: { ...told, hasFailed: true, statusReason: 'daily limit reached' } },
      `first;waiting;daily_limit;daily limit reached;2;${STARTED};`,
    ],
    [
      'superseded',
      {
        ...{ outcome: succeeded, completion: { ...told, hasFailed: true, statusReason: 'daily limit reached' } },
        ...{ endedAs: 'superseded', endedAt: NOON + 9000 },
      },
      `first;failed;superseded;it failed for the daily limit, and was not sent again: there is a newer request of its image;2;${STARTED};2026-11-22T12:00:09.000Z`,
    ],
  ])('say of a line that is %s when and why', async (_state, its, expected) => {
    expect((await rowsOf([its]))[1]).toBe(`house;"a; b";${expected}`);
  });

  it('are those of the latest round', async () => {
    const first = { outcome: succeeded, counted: 'resent' } as const;
    expect((await rowsOf([first, { outcome: refused, attempts: 1 }]))[1]).toBe(
      `house;"a; b";second;failed;not_found;no such image;1;;${STARTED}`,
    );
    expect((await rowsOf([first]))[1]).toContain(';first;started;');
  });

  it('show what can be read of a row that is no text', async () => {
    const bytes = Buffer.concat([
      Buffer.from('image_id;note\nhouse;M'),
      Buffer.of(0xfc),
      Buffer.from('ller\nbarn;x\n'),
    ]);
    const readLines = createReadLines({ store: inMemoryStore(bytes), parseCsv });
    const write = createWriteResults({ readLines, parseCsv, lines: { find: async () => new Map() } });
    let text = '';
    for await (const piece of write(batch, plentyOfTime(standingClock()))) text += piece;
    const reason = 'line 2 is not valid UTF-8: save the file as UTF-8';
    expect(text.split('\r\n').slice(1, 3)).toEqual([
      `house;M\ufffdller;;rejected;invalid_request;${reason};;;`,
      'barn;x;;waiting;;;;;',
    ]);
  });

  it.each<[string, Partial<Batch>]>([
    ['with its batch', { control: 'cancelled' }],
    ['when its file is gone', { feed: { ...batch.feed, problem: 'it is gone' } }],
  ])('say that what was not sent is cancelled %s', async (_when, change) => {
    const rows = await rowsOf([{ outcome: succeeded }], { ...batch, ...change });
    expect(rows[3]).toBe('barn;;;cancelled;;;;;');
    const completion = { ...told, hasFailed: true, statusReason: 'daily limit reached' };
    const returned = await rowsOf([{ outcome: succeeded, completion }], { ...batch, ...change });
    expect(returned[1]).toContain('first;cancelled;daily_limit;daily limit reached;');
  });
});
