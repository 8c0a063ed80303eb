import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTables } from '../../local/tables.ts';
import { temporaryDirectory } from '../local/support/temporary.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { endLeases, openBucket } from '../support/uploads.ts';

const LINES = 4000;

/** As a minute after the service ended. */
async function endLeasesOf(keep: string, { addresses, plan }: Flow): Promise<void> {
  const tables = await startTables({ keep: join(keep, 'ledger') });
  await endLeases({ addresses: { ...addresses, dynamodb: tables.url }, plan });
  await tables.close();
}

it('a file that is cut off when the service ends goes on at its next start, where that keeps its data', async () => {
  const keep = await temporaryDirectory();
  const key = 'requests/cut off.ndjson';
  const bad = Array.from({ length: LINES }, (_, n) => `bad ${n}\n`).join('');
  const ofFile = ({ data }: { data: { request?: unknown } }) => (data.request as { file?: string })?.file === key;

  const first = await startFlow({ keep });
  // At once, so that no machine is so slow that the whole file is read before anybody sees the first of it.
  const killed = Promise.withResolvers<void>();
  first.watchOutcomes(() => void (first.functionNamed('UploadTrigger').kill() && killed.resolve()));
  await openBucket(first).put(key, `${bad}{"image_id":"cut-off","preferences":{}}\n`);
  await killed.promise;
  await first.stop(0);
  expect(first.events.filter(ofFile).length).toBeLessThan(LINES);

  await endLeasesOf(keep, first);
  const second = await startFlow({ keep });
  await second.eventsOf('cut-off');
  const read = () => second.lines.find((line) => line.includes('"the file was read"')) ?? '';
  await expect.poll(read).not.toBe('');
  const { version } = JSON.parse(read());
  expect(JSON.parse((await openBucket(second).text(`reports/${key}/${version}.json`)) ?? '')).toMatchObject({
    lines: LINES + 1,
    accepted: 1,
    rejected: LINES,
  });
  const lines = new Set(
    [...first.events, ...second.events].filter(ofFile).map(({ data }) => (data.request as { line?: number }).line),
  );
  expect(lines.size).toBe(LINES + 1);
  await second.end();
});
