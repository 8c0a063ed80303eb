import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { readConsoleFiles } from '../../../../functions/adapters/console-files/console-files.ts';

/** The page of a release, as its function reads it. */
function pageOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'console-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const gzip = gzipSync(text).toString('base64');
  writeFileSync(join(folder, 'console.json'), JSON.stringify([{ name: 'index.html', contentType: 'text/html', gzip }]));
  return readConsoleFiles(folder).get('index.html');
}

it('a page has another ETag when a release has changed it, and the same when it has not', () => {
  const [before, same, after] = ['old', 'old', 'new'].map((text) => pageOf(text)?.etag);
  expect(before).toBeDefined();
  expect([same, after === before]).toEqual([before, false]);
});
