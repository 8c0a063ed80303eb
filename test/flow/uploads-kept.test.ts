import { expect, it } from 'vitest';
import { temporaryDirectory } from '../local/support/temporary.ts';
import { startFlow } from '../support/flow.ts';
import { endLeases, openBucket } from '../support/uploads.ts';

it('a file that is cut off when the service ends goes on at its next start, where that keeps its data', async () => {
  const keep = await temporaryDirectory();
  const key = 'requests/cut off.ndjson';
  const bad = Array.from({ length: 4000 }, (_, n) => `bad ${n}\n`).join('');
  const ofFile = ({ data }: { data: { request?: unknown } }) => (data.request as { file?: string })?.file === key;

  const first = await startFlow({ keep });
  await openBucket(first).put(key, `${bad}{"image_id":"cut-off","preferences":{}}\n`);
  await first.eventsThat(ofFile);
  await first.stop(0);
  expect(first.events.filter(ofFile).length).toBeLessThan(4000);

  const second = await startFlow({ keep });
  // The dead run's lease would be waited for. Who waits is killed first: a run that took the lease would leave one of its own.
  await expect.poll(() => second.functionNamed('UploadTrigger').kill()).toBe(true);
  // As after a minute, it has ended when the event comes again.
  await endLeases(second);
  await second.eventsOf('cut-off');
  const read = () => second.lines.find((line) => line.includes('"the file was read"')) ?? '';
  await expect.poll(read).not.toBe('');
  const { version } = JSON.parse(read());
  expect(JSON.parse((await openBucket(second).text(`reports/${key}/${version}.json`)) ?? '')).toMatchObject({
    lines: 4001,
    accepted: 1,
    rejected: 4000,
  });
  const lines = new Set(
    [...first.events, ...second.events].filter(ofFile).map(({ data }) => (data.request as { line?: number }).line),
  );
  expect(lines.size).toBe(4001);
  await second.end();
});
