import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledEntry } from '../../infra/constructs/bundled-entry.ts';
import { addPage } from '../../infra/constructs/console.ts';
import { httpEvent } from '../support/http-event.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const folders = new Map<string, string>();

/** The folder with an entry's bundle as it would be deployed. */
function folderOf(entry: string): string {
  const folder = folders.get(entry) ?? bundle(entry);
  folders.set(entry, folder);
  return folder;
}

function bundle(entry: string): string {
  const addFiles = entry === 'console' ? addPage : undefined;
  const { s3Location } = bundledEntry(join(FUNCTIONS, entry), addFiles).bind(new Stack(new App({ outdir }), entry));
  return join(outdir, `asset.${s3Location?.objectKey.replace('.zip', '')}`);
}

const ASKED_FOR = /(?:\brequire\(|\bimport\(|\bfrom\s*|\bimport\s*)["'`]([^"'`]+)["'`]/g;
/** What a bundle asks for that is not in it. */
const askedFor = (text: string) => [...new Set([...text.matchAll(ASKED_FOR)].map(([, name = '']) => name))].sort();
const isNodes = (name: string) => builtinModules.includes(name.replace(/^node:/, ''));

const settings = { STAGE: 'test', LOG_LEVEL: 'info', LEDGER_TABLE: 'ledger' };
const budget = { FREE_RECEIVES: '3', SLOWED_WAIT_SECONDS: '60' };

/** One server that plays whatever a function reaches, and keeps what it was asked for. */
const asked: string[] = [];
const SECRETS: Readonly<Record<string, string>> = {
  keys: JSON.stringify({ acme: { keys: [{ sha256: createHash('sha256').update('acme-key').digest('hex') }] } }),
  key: 'one',
  token: 'two',
  signing: JSON.stringify({ first: '1'.repeat(64) }),
};
const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { SecretId: id = '' } = JSON.parse(Buffer.concat(parts).toString());
  asked.push(`${request.headers['x-amz-target']} ${id}`.trim());
  response.end(JSON.stringify({ SecretString: SECRETS[id] }));
});
let endpoint: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const autoenhance = () => ({
  AUTOENHANCE_SECRET_ID: 'key',
  AUTOENHANCE_BASE_URL: endpoint,
  AUTOENHANCE_API_VERSION: '',
});
const queues = () => ({
  REQUESTS_QUEUE_URL: `${endpoint}/1/requests`,
  RESULTS_QUEUE_URL: `${endpoint}/1/results`,
  CALLBACKS_QUEUE_URL: `${endpoint}/1/callbacks`,
});
const account = { DAILY_LIMIT: '500', DAILY_RESET: '00:00 UTC', INTERACTIVE_SHARE: '0.1' };
const partnerLimits = { PARTNER_CALLS_PER_SECOND: '10', PARTNER_BURST: '100', PARTNER_BATCHES_PER_DAY: '200' };
const callbacks = { CALLBACK_KEYS_SECRET_ID: 'signing', CALLBACK_RECEIVERS: 'public' };
const batches = () => ({
  UPLOADS_BUCKET: 'uploads',
  FILES_KEPT_DAYS: '180',
  PARTNER_KEYS_SECRET_ID: 'keys',
  PARTNER_KEYS_TTL_SECONDS: '9',
  ...partnerLimits,
  CONSOLE: 'on',
  SESSION_SECRET_ID: 'session',
  FEEDER_SOURCE: 'test',
  CALLS_PER_SECOND: '100',
  DAILY_LIMIT: '500',
  DAILY_RESET: '00:00 UTC',
  INTERACTIVE_SHARE: '0.1',
});
const VARIABLES: Readonly<Record<string, () => Record<string, string>>> = {
  'reprocess-worker': () => ({
    ...budget,
    ...autoenhance(),
    ...queues(),
    RETRY_FOR_SECONDS: '9',
    LOST_RESPONSE_WAIT_SECONDS: '9',
    CALLS_PER_SECOND: '9',
    REQUEST_LIFETIME_SECONDS: '9',
    FIRST_LOOK_SECONDS: '9',
    ...account,
  }),
  'reprocess-api': () => ({
    ...queues(),
    PARTNER_KEYS_SECRET_ID: 'keys',
    PARTNER_KEYS_TTL_SECONDS: '9',
    ...partnerLimits,
    CONSOLE: 'on',
    SESSION_SECRET_ID: 'session',
    DEAD_LETTERS_QUEUE_URL: `${endpoint}/1/dead`,
    VERSION: '1.2.3',
    MAX_QUEUE_DEPTH: '1',
    ...account,
  }),
  'batch-api': () => batches(),
  'order-api': () => ({ ...batches(), ...autoenhance(), IMAGE_CALLS_PER_SECOND: '4' }),
  console: () => ({
    PARTNER_KEYS_SECRET_ID: 'keys',
    PARTNER_KEYS_TTL_SECONDS: '9',
    CONSOLE: 'on',
    SESSION_SECRET_ID: 'session',
    LAMBDA_TASK_ROOT: folderOf('console'),
  }),
  'autoenhance-webhook': () => ({ ...autoenhance(), ...queues(), ...account, WEBHOOK_TOKEN_SECRET_ID: 'token' }),
  'completion-sweep': () => ({
    ...autoenhance(),
    ...queues(),
    ...account,
    CALLS_PER_SECOND: '9',
    LOOKS_SECONDS: '9 99',
    COMPLETION_WITHIN_SECONDS: '999',
    EXPECTS_WEBHOOK: 'yes',
  }),
  'dead-letters': () => ({ ...budget, ...queues(), DEAD_LETTERS_QUEUE_URL: `${endpoint}/1/dead` }),
  'upload-trigger': () => ({
    ...queues(),
    UPLOADS_BUCKET: 'uploads',
    FEEDER_SOURCE: 'test',
    CALLS_PER_SECOND: '1',
    FILES_KEPT_DAYS: '180',
    ...account,
  }),
  'callback-api': () => ({
    ...callbacks,
    PARTNER_KEYS_SECRET_ID: 'keys',
    PARTNER_KEYS_TTL_SECONDS: '9',
    ...partnerLimits,
    CONSOLE: 'on',
    SESSION_SECRET_ID: 'session',
  }),
  'callback-delivery': () => ({ ...callbacks, ...budget, ...queues(), CALLBACK_LIFETIME_SECONDS: '9' }),
  'batch-feeder': () => ({
    ...queues(),
    UPLOADS_BUCKET: 'uploads',
    BULK_DEPTH: '50',
    COMPLETION_WITHIN_SECONDS: '9',
    ...account,
  }),
};

/** Runs the bundle of an entry, with just its variables. */
async function run(entry: string, script: string) {
  const env = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL_SQS: endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint },
    ...settings,
    ...VARIABLES[entry]?.(),
  };
  const load = `const { handler } = await import(${JSON.stringify(join(folderOf(entry), 'index.mjs'))});`;
  asked.length = 0;
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', `${load}${script}`], { env });
}

const READS_LEDGER = 'DynamoDB_20120810.GetItem';
const READS_DEPTH = 'AmazonSQS.GetQueueAttributes';
const reads = (secret: string) => `secretsmanager.GetSecretValue ${secret}`;

// A cold start loads all of it. The figures are bounds with little room, so that a library that comes in is noticed.
describe.each<[string, number, readonly string[]]>([
  ['reprocess-worker', 341, [READS_DEPTH, READS_LEDGER, reads('key')]],
  ['reprocess-api', 337, [READS_DEPTH, READS_LEDGER, reads('keys')]],
  ['batch-api', 640, [READS_LEDGER, reads('keys')]],
  ['order-api', 640, [READS_LEDGER, reads('key'), reads('keys')]],
  ['callback-api', 345, [READS_LEDGER, reads('keys'), reads('signing')]],
  ['callback-delivery', 365, [READS_LEDGER, reads('signing')]],
  ['console', 285, [reads('keys')]],
  ['autoenhance-webhook', 330, [READS_LEDGER, reads('key'), reads('token')]],
  ['dead-letters', 315, []],
  ['completion-sweep', 335, []],
  ['upload-trigger', 583, []],
  ['batch-feeder', 570, []],
])('the bundle of %s', (entry, kilobytes, inInit) => {
  const folder = folderOf(entry);
  const text = readFileSync(join(folder, 'index.mjs'), 'utf8');

  it('makes a schema of its own variables alone', () => {
    const own = Object.keys(VARIABLES[entry]?.() ?? {});
    const others = ['LOOKS_SECONDS', 'MAX_QUEUE_DEPTH', 'BULK_DEPTH', 'WEBHOOK_TOKEN_SECRET_ID', 'RETRY_FOR_SECONDS'];
    expect(others.filter((name) => text.includes(name) && !own.includes(name))).toEqual([]);
  });

  it(`is one file of at most ${kilobytes} KB (beside the console's page), and its map, which is read only for an error`, () => {
    const page = entry === 'console' ? ['console.json'] : [];
    expect(readdirSync(folder).sort()).toEqual([...page, 'index.mjs', 'index.mjs.map']);
    expect(Buffer.byteLength(text) / 1000).toBeLessThanOrEqual(kilobytes);
  });

  it('takes its credentials from the environment and carries no other source of them', () => {
    // Not on the text itself, which a failure would print whole.
    expect(text.includes('AWS_SECRET_ACCESS_KEY')).toBe(true);
    expect(text.match(/AssumeRoleWithWebIdentity|GetRoleCredentials|credential_process/g)).toBeNull();
  });

  it('asks for nothing but what Node has', () => {
    // Asked for where a service has streams of events, or signs for several regions: never.
    const never = ['@smithy/core/event-streams', '@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'];
    expect(askedFor(text).filter((name) => !isNodes(name) && !never.includes(name))).toEqual([]);
    // Names that a CommonJS file has and an ES module has not.
    expect(text.match(/\b__dirname\b|\b__filename\b|\brequire\.(?:resolve|main|cache)\b/g)).toBeNull();
  });

  it('is loaded by Node with just its variables, and reads in INIT what it needs', async () => {
    const { stdout, stderr } = await run(entry, 'process.stdout.write(typeof handler);');
    expect([stdout, stderr]).toEqual(['function', '']);
    expect(asked.sort()).toEqual(inInit);
  });
});

// The chain of middleware is in the entry itself, which no other test runs.
describe.each([
  ['reprocess-api', '/v3/requests'],
  ['batch-api', '/v3/batches'],
  ['order-api', '/v3/images/house'],
  ['callback-api', '/v3/callback'],
])('the bundle of %s', (entry, path) => {
  async function call(headers: Record<string, string>) {
    const event = JSON.stringify(httpEvent({ path, headers }));
    const context = '{ awsRequestId: "1", getRemainingTimeInMillis: () => 20_000 }';
    const { stdout } = await run(
      entry,
      `process.stdout.write(String((await handler(${event}, ${context})).statusCode), () => process.exit());`,
    );
    const lines = stdout.trim().split('\n');
    return { status: Number(lines.at(-1)), writes: asked.filter((each) => each.includes('UpdateItem')).length };
  }

  it('lets nobody in without a key, and counts the calls of whoever has one', async () => {
    expect(await call({})).toEqual({ status: 401, writes: 0 });
    const { status, writes } = await call({ 'x-api-key': 'acme-key' });
    expect([status === 401, writes]).toEqual([false, 1]);
  });
});
