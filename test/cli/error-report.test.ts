import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unlessStopped } from '../../cli/src/command-error.ts';
import type { Context } from '../../cli/src/context.ts';
import { reportOf } from '../../cli/src/error-report.ts';
import { readRequestFile } from '../../cli/src/input/request-file.ts';
import { createClient } from '../../client/src/create-client.ts';
import { ReprocessError } from '../../client/src/reprocess-error.ts';
import { fileWith } from './support/run.ts';
import { batchOf, stubService } from './support/stub-service.ts';

it('a file that changes while it is read is told as that, and nothing is sent', async () => {
  const { env, calls } = await stubService({ 'POST /v3/batches': () => [202, batchOf(0)] });
  const path = fileWith('image_id\nhouse\n', 'a.csv');
  const file = await readRequestFile(path, { settings: [], map: new Map() }, {} as Context);
  appendFileSync(path, 'kitchen\n');
  const client = createClient({ url: env.REPROCESS_URL ?? '', apiKey: 'stub-key', retries: 0 });
  const error = await client.batches.create(file.content, { name: file.name }).catch((thrown) => thrown);
  expect(reportOf(error)).toMatchObject({
    exit: 2,
    code: 'file_changed',
    detail: expect.stringContaining('run the same command again'),
  });
  expect(calls).toEqual([]);
});

it.each([
  [502, 'gave_up', 1],
  [504, 'not_decided', 1],
  [502, 'http_502', 5],
  [503, 'http_503', 5],
  [200, 'unreadable_response', 5],
  [409, 'http_409', 1],
])(
  'a response %i with the code %s ends with %i: only with its own code the service tells an outcome',
  (status, code, exit) => {
    const error = new ReprocessError({ status, code, detail: 'why', mayHaveActed: false });
    expect(reportOf(error)).toMatchObject({ exit, code, status });
  },
);

it.each([
  [
    { json: { hdr: ['Not a valid boolean.'], rating: ['rating must be 5', 'Wrong'] } },
    'hdr: not a valid boolean.; rating must be 5; rating: wrong',
  ],
  [{ json: { rating: ['Set rating to 5'] } }, 'Set rating to 5'],
  ['it is wrong', 'why'],
  [{}, 'why'],
])('what is wrong with fields names each of them, %j', (detail, said) => {
  const error = new ReprocessError({
    status: 422,
    code: 'http_422',
    detail: 'why',
    mayHaveActed: false,
    body: { detail },
  });
  expect(reportOf(error)).toMatchObject({ exit: 2, detail: said });
});

it.each([
  ['AccessDeniedException', 4],
  ['ExpiredTokenException', 4],
  ['InvalidClientTokenId', 4],
  ['SignatureDoesNotMatch', 4],
  ['UnrecognizedClientException', 4],
  ['ThrottlingException', 1],
])('what AWS answers with %s ends with %i', (name, exit) => {
  const error = Object.assign(new Error('why'), { name, $fault: 'client' });
  expect(reportOf(error)).toEqual({ exit, code: name, detail: `${name}: why` });
});

it('what AWS answered is told also where it is the cause of another error', () => {
  const cause = Object.assign(new Error('why'), { name: 'AccessDeniedException', $fault: 'client' });
  expect(reportOf(new Error('the table could not be read', { cause }))).toMatchObject({
    exit: 4,
    detail: 'AccessDeniedException: why',
  });
});

it.each(['CredentialsProviderError', 'TokenProviderError'])(
  'that nobody is signed in to AWS ends with 4: %s',
  (name) => {
    const error = Object.assign(new Error('the token has expired\nand more'), { name });
    expect(reportOf(error)).toMatchObject({
      exit: 4,
      detail: expect.stringMatching(/^no AWS credentials: the token has expired; sign in /),
    });
  },
);

it.each([
  ['socket hang up', 'ECONNRESET', 'socket hang up'],
  ['', 'ETIMEDOUT', 'ETIMEDOUT'],
])('what kept a call of AWS from its response is told: %j, %s', (message, code, told) => {
  const error = Object.assign(new Error(message), { code, $metadata: {} });
  expect(reportOf(error)).toMatchObject({ exit: 5, detail: `AWS could not be reached: ${told}` });
});

it.each([
  [true, 'it may have acted, and the same command again does nothing twice', { may_have_acted: true }],
  [false, 'try again later', {}],
])('an error has what a program needs to know, and says what to do: %s', (mayHaveActed, advice, more) => {
  const facts = { status: 503, code: 'http_503', detail: 'away', requestId: 'http:1', retryAfter: 5, mayHaveActed };
  expect(reportOf(new ReprocessError(facts))).toEqual({
    exit: 5,
    code: 'http_503',
    detail: `the service is not reachable: away; check the address, or ${advice}`,
    status: 503,
    request_id: 'http:1',
    retry_after: 5,
    ...more,
  });
});

it.each([
  [400, 2],
  [415, 2],
  [422, 2],
  [403, 4],
])('a call that is answered %i ends with %i', (status, exit) => {
  const error = new ReprocessError({ status, code: `http_${status}`, detail: 'why', mayHaveActed: false });
  expect(reportOf(error)?.exit).toBe(exit);
});

it('a call that can be used, and whose effect is refused, ends with 1', () => {
  const error = new ReprocessError({ status: 422, code: 'callback_test_failed', detail: 'why', mayHaveActed: false });
  expect(reportOf(error)).toMatchObject({ exit: 1, detail: 'why' });
});

it.each([
  ['{batch_id}', 'reprocess batch list shows yours'],
  ['{request_id}', 'reprocess request list shows yours'],
])('an unknown id of %s is told with the command that lists such ids', (name, advice) => {
  const route = `GET /v3/things/${name}`;
  const error = new ReprocessError({ status: 404, code: 'http_404', detail: 'none', mayHaveActed: false, route });
  expect(reportOf(error)).toMatchObject({ exit: 1, detail: `none: check the id (${advice})` });
});

it.each([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of it is a file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'check its permissions'],
  ['EPERM', 'check its permissions'],
  ['EROFS', 'choose another place'],
  ['ENOSPC', 'the disk is full'],
  ['EEXIST', 'it exists already'],
])('%s of a file is a sentence with its path', (code, advice) => {
  const error = Object.assign(new Error(code), { code, path: 'a/b.csv' });
  expect(reportOf(error)).toMatchObject({
    exit: 2,
    code: code.toLowerCase(),
    detail: expect.stringMatching(new RegExp(`^a/b.csv: .*${advice}`)),
  });
});

it('work that begins behind a Ctrl-C is not waited for', async () => {
  const never = new Promise<never>(() => {});
  await expect(unlessStopped(AbortSignal.abort(), 'stopped before', never)).rejects.toThrow('stopped before');
});

it('what nobody expected is no report, so that its stack is shown', () => {
  expect(reportOf(new Error('a bug'))).toBeUndefined();
});
