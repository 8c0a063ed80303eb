import type { Limits } from '../../ports.ts';
import type { Batch } from '../batch.ts';
import { lineIdOf } from '../batch-file.ts';
import type { LineItem } from '../line.ts';
import type { LineReader } from '../line-ports.ts';
import type { ParsedLine } from '../reading/parsed-line.ts';

/** The items of lines that were sent, each of its latest round, by the lines' numbers. @throws DependencyUnavailable */
export function createLatestItems(lines: Pick<LineReader, 'find'>) {
  return async (
    batch: Batch,
    parsed: readonly ParsedLine[],
    limits: Limits,
  ): Promise<ReadonlyMap<number, LineItem>> => {
    const latest = new Map<number, LineItem>();
    // The feeder may have died once it had written items of more lines. It counts none of them as sent.
    const sent = parsed.filter((each) => 'request' in each && each.line < batch.feed.fed.line);
    let left = sent.map(({ line }) => line);
    for (let round = 1; left.length > 0; round += 1) {
      const ids = left.map((line) => lineIdOf(batch, line, round));
      const items = await lines.find(ids, limits);
      const found = left.flatMap((line, index) => {
        const item = items.get(ids[index] ?? '');
        return item === undefined ? [] : [{ line, item }];
      });
      for (const { line, item } of found) latest.set(line, item);
      left = found.filter(({ item }) => item.counted === 'resent').map(({ line }) => line);
    }
    return latest;
  };
}
