import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledEntry } from '../../infra/constructs/bundled-entry.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The text of an entry's bundle as it would be deployed. */
function bundleOf(entry: string): string {
  const { s3Location } = bundledEntry(join(FUNCTIONS, entry)).bind(new Stack(new App({ outdir }), entry));
  return readFileSync(join(outdir, `asset.${s3Location?.objectKey.replace('.zip', '')}`, 'index.js'), 'utf8');
}

// A cold start loads all of it. The figures are bounds with little room, so that a library that comes in is noticed.
describe.each([
  ['reprocess-worker', 285],
  ['reprocess-api', 275],
  ['autoenhance-webhook', 270],
  ['dead-letters', 265],
])('the bundle of %s', (entry, kilobytes) => {
  const bundle = bundleOf(entry);

  it(`is at most ${kilobytes} KB`, () => {
    expect(Buffer.byteLength(bundle) / 1000).toBeLessThanOrEqual(kilobytes);
  });

  it('carries the ledger’s own client of DynamoDB, and not the SDK’s', () => {
    expect(bundle.includes('DynamoDB_20120810.UpdateItem')).toBe(true);
    expect(bundle.match(/DynamoDBServiceException|TransactionCanceledException/g)).toBeNull();
  });

  it('takes its credentials from the environment and carries no other source of them', () => {
    // Not on the text itself, which a failure would print whole.
    expect(bundle.includes('AWS_SECRET_ACCESS_KEY')).toBe(true);
    expect(bundle.match(/AssumeRoleWithWebIdentity|GetRoleCredentials|credential_process/g)).toBeNull();
  });
});
