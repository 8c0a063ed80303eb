import { execFile } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stopped } from '../../cli/src/command-error.ts';
import { BATCH_STATES } from '../../functions/batch-api/event.ts';
import { ROW_STATES } from '../../functions/core/batch/results/line-row.ts';
import { REQUEST_STATES } from '../../functions/reprocess-api/event.ts';
import { bareEnvironment, fileWith, MAIN, reprocess, temporaryFolder } from './support/run.ts';
import { runHere } from './support/run-here.ts';
import { BATCH, BUDGET, batchOf, checkedOf, type StubCall, stubService } from './support/stub-service.ts';

/** With so many, Node opens files. */
const THREADS = 4;

/** Nothing listens there. */
const NOWHERE = { REPROCESS_URL: 'http://127.0.0.1:59999', REPROCESS_API_KEY: 'key' };

describe('a command that cannot be used', () => {
  const words: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['bach'], /unknown command 'bach'.*reprocess --help/],
    ['help for an unknown command', ['help', 'batch', 'mke'], /unknown command 'mke'.*reprocess --help/],
    ['a missing id', ['batch', 'watch'], /missing required argument 'id'/],
    ['an unknown option', ['budget', '--jsn'], /unknown option '--jsn'.*--json/],
    ['nothing to make a batch of', ['batch', 'create'], /a FILE, - for stdin, --ids ID…, --order ID/],
    ['columns of what is no file', ['batch', 'create', '--ids', 'a', '--map', 'b=c'], /--map goes with a file alone/],
    ['an id that is none', ['image', ''], /an id must /],
    ['a port of a deployed service', ['budget', '--port', '8787'], /--port goes with --stage local alone/],
    ['two things to make it of', ['batch', 'create', 'x.csv', '--order', 'o'], /name one of/],
    [
      'a preference without a value',
      ['submit', 'house', '--set', 'warm'],
      /NAME=VALUE, such as enhance_type=warm, got warm/,
    ],
    ['JSON that is none', ['submit', 'house', '--set', 'metadata:={'], /must be followed by JSON/],
    ['a stage that is not local', ['budget', '--stage', 'prod'], /--stage may be local, got prod.*--profile/],
    ['a limit that is no number', ['batch', 'list', '--limit', 'x'], /whole number from 1, or all, got x/],
    [
      'a time that is none',
      ['request', 'list', '--since', 'yesterday'],
      /--since must be a time such as 2026-11-22, 2026-11-22T10:00:00Z, or 30m, 6h, 2d ago, got yesterday/,
    ],
    [
      'an end that is none',
      ['pause', '--reason', 'x', '--until', 'noon'],
      /--until must be .*, or 30m, 6h, 2d from now, got noon/,
    ],
    ['a file that is not there', ['batch', 'create', 'none.csv'], /none\.csv: there is no such file/],
    ['a workbook of an old kind', ['batch', 'create', 'old.xls'], /save it as \.xlsx/],
    ['an address that is none', ['login', '--url', 'nonsense', '--with-key'], /url must be like/],
  ];

  it.each(words)('%s is one sentence with the exit code 2', async (_, args, sentence) => {
    const { code, stdout, stderr } = await runHere(args, NOWHERE, 'key');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is one object on stderr with --json', async () => {
    const { stdout, stderr } = await runHere(['budget', '--stage', 'prod', '--json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'usage', detail: expect.stringContaining('got prod') } });
  });

  it.each([[[]], [['batch']], [['request']]])('%j shows what there is, with the exit code 2', async (args) => {
    const { code, stderr } = await runHere(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Commands:/);
  });
});

it.each([[[]], [['batch']], [['batch', 'create']]])('help and --help of %j are the same', async (words) => {
  const asked = await runHere(['help', ...words]);
  expect(asked).toEqual(await runHere([...words, '--help']));
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining(['reprocess', ...words].join(' ')) });
});

it.each([
  [['request', 'list'], REQUEST_STATES],
  [['batch', 'list'], BATCH_STATES],
  [['batch', 'show'], ROW_STATES],
])('the help of %j names each state that the service takes', async (words, states) => {
  const { stdout } = await runHere([...words, '--help']);
  const help = /--state <state>([\s\S]*?) --\w/.exec(stdout)?.[1] ?? '';
  expect(states.filter((state) => !new RegExp(`\\b${state}\\b`).test(help))).toEqual([]);
});

describe('where the service is', () => {
  it('is asked for when no profile says it', async () => {
    expect(await runHere(['budget'])).toMatchObject({ code: 2, stderr: expect.stringContaining('reprocess login') });
  });

  it('is not called with an empty key', async () => {
    const { env, calls } = await stubService({});
    const { code, stderr } = await runHere(['login', '--url', env.REPROCESS_URL ?? '', '--with-key'], {}, '\n');
    expect([code, stderr, calls]).toEqual([2, expect.stringContaining('the key must not be empty'), []]);
  });

  it('takes the address and the key together, so that no key goes to a foreign address', async () => {
    const { code, stderr } = await runHere(['budget'], { REPROCESS_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/go together/);
  });

  it.each([
    ['/dev/null', ['budget'], '/dev/null/reprocess/profiles.json: a part of it is a file, and no folder'],
    ['/proc/nope', ['login', '--url', 'ADDRESS', '--with-key'], '/proc/nope: there is no such file or folder'],
  ])('cannot be kept in %s, which is said at once', async (folder, args, sentence) => {
    const { env } = await stubService({ 'GET /v3/budget': () => [200, BUDGET] });
    const words = args.map((word) => (word === 'ADDRESS' ? (env.REPROCESS_URL ?? '') : word));
    const { code, stderr } = await runHere(words, { XDG_CONFIG_HOME: folder }, 'stub-key');
    expect(code).toBe(2);
    expect(stderr).toBe(`reprocess: ${sentence}: check the path\n`);
  });

  it('names the profiles that there are', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'reprocess'));
    const file = join(folder, 'reprocess/profiles.json');
    writeFileSync(file, JSON.stringify({ agency: { url: 'http://127.0.0.1:1', apiKey: 'key' } }), { mode: 0o600 });
    const env = { XDG_CONFIG_HOME: folder };
    expect((await runHere(['budget', '--profile', 'agncy'], env)).stderr).toMatch(/no profile agncy, there is agency/);
    chmodSync(file, 0o644);
    const { code, stderr } = await runHere(['budget', '--profile', 'agency'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/others may read the keys.*chmod 600/);
  });
});

describe('a service that does not do it', () => {
  it('that cannot be reached is the exit code 5', async () => {
    const { code, stderr } = await runHere(['budget'], NOWHERE);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^reprocess: the service is not reachable: .*ECONNREFUSED 127\.0\.0\.1:59999; check the address/,
    );
  });

  it('that is away for a moment is called again', async () => {
    const away = (_call: StubCall, nth: number) => (nth === 1 ? ([503, {}] as const) : ([200, {}] as const));
    const { env, calls } = await stubService({ 'POST /v3/callback/test': away });
    await runHere(['callback', 'test'], env);
    expect(calls).toHaveLength(2);
    const busy = await stubService({ 'GET /v3/budget': (_, nth) => (nth === 1 ? [503, {}] : [200, BUDGET]) });
    expect((await runHere(['budget'], busy.env)).code).toBe(0);
  });

  it('whose page is not JSON is not reachable either', async () => {
    const { env } = await stubService({ 'GET /v3/budget': () => [200, 'a page'] });
    expect((await runHere(['budget'], env)).code).toBe(5);
  });

  it('that does not know the key is the exit code 4, and says how to sign in', async () => {
    const { env } = await stubService({ 'GET /v3/budget': () => [401, { message: 'Unauthorized', detail: 'no' }] });
    const { code, stderr } = await runHere(['budget'], env);
    expect(code).toBe(4);
    expect(stderr).toMatch(/does not know this key.*reprocess login.*REPROCESS_API_KEY/);
    expect(stderr).not.toContain('stub-key');
  });

  it('that wants a greater role is the exit code 4', async () => {
    const { env } = await stubService({ 'PUT /v3/pause': () => [403, { detail: 'only an operator may pause' }] });
    const { code, stderr } = await runHere(['pause', '--reason', 'x'], env);
    expect(code).toBe(4);
    expect(stderr).toMatch(/only an operator may pause.*--profile/);
  });

  it('that knows no such id is the exit code 1, and says where ids are', async () => {
    const { env } = await stubService({});
    const { code, stderr } = await runHere(['batch', 'show', 'b_none'], env);
    expect(code).toBe(1);
    expect(stderr).toBe('reprocess: there is no such thing: check the id (reprocess batch list shows yours)\n');
    const request = await runHere(['request', 'show', 'http:none'], env);
    expect(request.stderr).toContain(': check the id (reprocess request list shows yours)\n');
    expect((await runHere(['image', 'house'], env)).stderr).toBe('reprocess: there is no such thing\n');
  });

  it('that finds a word of the command wrong is the exit code 2, with the image and the field', async () => {
    const detail = { json: { enhance_type: ['Must be one of: property.'] } };
    const { env } = await stubService({
      'GET /v3/batches': () => [400, { detail: 'state must be running' }],
      'POST /v3/images/villa-3/process': () => [422, { message: 'Validation error', detail }],
    });
    expect((await runHere(['batch', 'list', '--state', 'nope'], env)).code).toBe(2);
    expect(await runHere(['submit', 'villa-3', '--set', 'enhance_type=sepia'], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'reprocess: villa-3: enhance_type: must be one of: property.\n',
    });
  });

  it.each([
    [['submit', 'house', '--set', 'hdr=true'], 'house: --set must come to at most 65,536 bytes of JSON'],
    [['batch', 'create', '--ids', 'house', '--yes'], 'the images with what --set says must come to at most 4 MB'],
    [['batch', 'create', '--order', 'spring', '--yes'], 'what --set says is too long for so many images'],
  ])('that finds what %j sends too large speaks of the command', async (words, sentence) => {
    const tooLarge = () => [413, { detail: 'the body must be at most 5 bytes: PUT the file to a URL' }] as const;
    const { env } = await stubService({
      'POST /v3/images/house/process': tooLarge,
      'POST /v3/batches': tooLarge,
      'POST /v3/orders/spring/reprocess': tooLarge,
    });
    const { code, stderr } = await runHere(words, env);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`reprocess: ${sentence}`)]);
    expect(stderr).not.toMatch(/body|PUT|POST/);
  });

  it('of which a check would be too large for any call says so, and makes none', async () => {
    const { env, calls } = await stubService({});
    const ids = Array.from({ length: 100 }, (_, index) => `house-${index}`);
    const words = ['batch', 'create', '--ids', ...ids, '--set', `image_name=${'x'.repeat(50_000)}`, '--yes'];
    const { code, stderr } = await runHere(words, env);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the images with what --set says must come to at most 4 MB'),
    ]);
    expect(calls).toEqual([]);
  });

  it('shows no control character of it on a terminal or in a log', async () => {
    const detail = 'bad\u001b[2J\u009b2J\u007f\u2028thing';
    const { env } = await stubService({ 'GET /v3/budget': () => [409, { detail }] });
    expect((await runHere(['budget'], env)).stderr).toBe('reprocess: bad\ufffd[2J\ufffd2J\ufffd\ufffdthing\n');
  });
});

it.each([
  ['budget'],
  ['pause', '--reason', 'key exchange'],
  ['resume'],
  ['doctor'],
  ['image', 'house'],
  ['request', 'list'],
  ['request', 'show', 'http:1'],
  ['request', 'retry', 'http:1', '--yes'],
  ['revert', 'house', '--yes'],
  ['dead', 'list'],
  ['dead', 'show', 'http:1'],
  ['dead', 'resubmit', '--code', 'gave_up', '--yes'],
  ['dead', 'resubmit', `http:${'1'.repeat(64)}`, '--dry-run'],
  ['batch', 'list'],
  ['batch', 'show', BATCH],
  ['batch', 'results', BATCH],
  ['batch', 'retry', BATCH],
  ['batch', 'pause', BATCH],
  ['callback', 'show'],
  ['callback', 'set', 'https://acme.example/hook'],
  ['callback', 'remove'],
  ['callback', 'test'],
  ['callback', 'rotate'],
  ['callback', 'deliveries'],
  ['callback', 'resend', 'msg_1'],
])('Ctrl-C ends what waits for the service: %s %s', async (...words) => {
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort(stopped());
    return 'hang' as const;
  };
  const { env, calls } = await stubService(new Proxy({}, { get: () => interrupt }));
  expect((await runHere(words, env, '', controller)).code).toBe(3);
  expect(calls).toHaveLength(1);
});

describe('before anything that costs', () => {
  const answers = {
    'POST /v3/batches': ({ url }: { readonly url: URL }) =>
      url.searchParams.has('dry_run') ? ([200, checkedOf(2)] as const) : ([202, batchOf(0)] as const),
  };
  const file = () => fileWith('image_id,enhance_type\nhouse,warm\nkitchen,warm\n', 'spring.csv');
  const sent = (calls: readonly StubCall[]) =>
    calls.filter(({ method, url }) => method === 'POST' && !url.searchParams.has('dry_run'));

  it('nothing is sent where nobody can answer', async () => {
    const { env, calls } = await stubService(answers);
    const { code, stderr } = await runHere(['batch', 'create', file()], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/2 lines: 2 will be sent, 0 refused\n.*\nreprocess: nothing was sent.*--dry-run.*--yes/s);
    expect(sent(calls)).toEqual([]);
  });

  it('a command without --dry-run does not recommend it', async () => {
    const { env } = await stubService({ [`GET /v3/batches/${BATCH}`]: () => [200, batchOf(98, 2)] });
    for (const args of [
      ['submit', 'a', 'b'],
      ['batch', 'retry', BATCH],
    ]) {
      const { code, stderr } = await runHere([...args, '--no-input'], env);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/since nobody can answer here: do it with --yes\n$/)]);
    }
  });

  it('what was handed over, or retried, before is told as that, with its id', async () => {
    const note = 'give it another Idempotency-Key';
    const left_out = [{ line: 3, image_id: 'house', reason: 'it was sent meanwhile' }];
    const { env } = await stubService({
      'POST /v3/batches': ({ url }) => [200, url.searchParams.has('dry_run') ? checkedOf(2) : batchOf(0, 0, { note })],
      [`GET /v3/batches/${BATCH}`]: () => [200, batchOf(98, 2)],
      [`POST /v3/batches/${BATCH}/retry`]: () => [200, batchOf(0, 0, { note, left_out, left_out_count: 1 })],
    });
    const again = await runHere(['batch', 'create', file(), '--yes'], env);
    expect(again.stderr).toContain('to send it once more, give it another --name\n');
    const retried = await runHere(['batch', 'retry', BATCH, '--yes'], env);
    expect([retried.code, retried.stdout]).toEqual([0, `${BATCH}\n`]);
    expect(retried.stderr).toContain('1 left out\n  line 3: it was sent meanwhile\n');
    expect(retried.stderr).toContain(
      `it was retried already, as ${BATCH}, and nothing new is sent\nLook at that one:\n  reprocess batch show ${BATCH}\n`,
    );
  });

  it('a batch of which no line failed is retried without a question, which the service answers', async () => {
    const { env } = await stubService({
      [`GET /v3/batches/${BATCH}`]: () => [200, batchOf(100)],
      [`POST /v3/batches/${BATCH}/retry`]: () => [409, { detail: 'no line of it has failed' }],
    });
    const { code, stderr } = await runHere(['batch', 'retry', BATCH], env);
    expect([code, stderr]).toEqual([1, '0 lines of spring.csv failed.\nreprocess: no line of it has failed\n']);
  });

  it('--yes sends it, and stdout is the id alone', async () => {
    const { env, calls } = await stubService(answers);
    const { code, stdout, stderr } = await runHere(['batch', 'create', file(), '--yes'], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${BATCH}\n` });
    expect(stderr).toContain(`Look how it goes:\n  reprocess batch watch ${BATCH}\n`);
    expect(sent(calls)).toHaveLength(1);
  });

  it('a batch of which nothing can be sent is the exit code 1', async () => {
    const counts = { total: 2, rejected: 2, accepted: 0 };
    const refused = checkedOf(0, { refusal: 'no line can be sent', counts });
    const { env, calls } = await stubService({ 'POST /v3/batches': () => [200, refused] });
    const { code, stderr } = await runHere(['batch', 'create', file(), '--yes'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nothing was sent: no line can be sent/);
    expect(sent(calls)).toEqual([]);
    expect((await runHere(['batch', 'create', file(), '--dry-run'], env)).code).toBe(1);
  });

  it.each([
    ['spring.csv', 'image_id\nhouse\n', 'text/csv'],
    ['spring.ndjson', '{"image_id":"house"}\n', 'application/x-ndjson'],
    ['spring.json', '["house"]', 'application/json'],
  ])('%s under another name says by its type what it is, when it is checked too', async (name, content, type) => {
    const { env, calls } = await stubService(answers);
    await runHere(['batch', 'create', fileWith(content, name), '--name', 'campaign', '--yes'], env);
    const posts = calls.filter(({ method }) => method === 'POST');
    expect(posts.map(({ url, headers }) => [url.searchParams.get('name'), headers['content-type']])).toEqual([
      ['campaign', type],
      ['campaign', type],
    ]);
  });

  it('what stdin is saved and rewritten into is gone when the command ends', async () => {
    const { env } = await stubService(answers);
    const TMPDIR = temporaryFolder();
    const words = ['batch', 'create', '-', '--set', 'hdr=true', '--dry-run'];
    const { code } = await reprocess(words, { env: { ...env, TMPDIR }, stdin: 'image_id\nhouse\n' });
    expect([code, readdirSync(TMPDIR)]).toEqual([0, []]);
  });

  it('a pause of the account is told', async () => {
    const paused = { reason: 'person', detail: 'key exchange', since: '2026-11-22T10:00:00Z' };
    const { env } = await stubService({ ...answers, 'GET /v3/budget': () => [200, { ...BUDGET, paused }] });
    const { stdout } = await runHere(['batch', 'create', file(), '--dry-run'], env);
    expect(stdout).toContain('The account is paused until reprocess resume: key exchange\n');
  });

  it('what is asked for with no --set is told as unusual', async () => {
    const { env } = await stubService(answers);
    const unusual = 'warning: no --set: each image is processed again with the preferences that it has';
    const ids = ['batch', 'create', '--ids', 'house', 'kitchen', '--yes'];
    expect((await runHere(ids, env)).stderr).toContain(unusual);
    expect((await runHere([...ids, '--set', 'hdr=true'], env)).stderr).not.toContain(unusual);
  });

  it('a batch that is refused once it is handed over is the exit code 1', async () => {
    const { env } = await stubService({
      'POST /v3/batches': ({ url }) => [
        200,
        url.searchParams.has('dry_run') ? checkedOf(2) : batchOf(0, 0, { state: 'refused' }),
      ],
    });
    expect(await runHere(['batch', 'create', file(), '--yes'], env)).toMatchObject({ code: 1, stdout: `${BATCH}\n` });
  });

  it('an order without images is refused by the service, and no mistake of the command line', async () => {
    const refused = checkedOf(0, { problems: ['the order has no images'] });
    const { env } = await stubService({ 'POST /v3/orders/o-1/reprocess': () => [200, refused] });
    const { code, stderr } = await runHere(['batch', 'create', '--order', 'o-1', '--yes'], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was sent: the order has no images')]);
  });

  it('a file that the service cannot read is its sentence alone, with the exit code 2', async () => {
    const refused = checkedOf(0, { refusal: 'the file is no text', problems: ['the file is no text'] });
    const { env } = await stubService({ 'POST /v3/batches': () => [200, refused] });
    expect(await runHere(['batch', 'create', file(), '--dry-run'], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'reprocess: spring.csv: the file is no text\n',
    });
  });

  it.each([
    [
      'spring.csv',
      'Stil;Bild-ID\nwarm;house\n',
      'spring.csv has no column image_id, it has Stil, Bild-ID: say which of them holds the images, such as --map "Bild-ID=image_id"',
    ],
    [
      'spring.csv',
      'Stil;Farbe\nwarm;rot\n',
      'spring.csv has no column image_id, it has Stil, Farbe: say which of them holds the images, such as --map "Stil=image_id"',
    ],
    ...['image_id|enhance_type', 'Stil|Bild', 'image_id:enhance_type', 'image_id enhance_type', 'rating/image_id'].map(
      (header) => [
        'spring.csv',
        `${header}\nhouse|warm\n`,
        `spring.csv must have its columns separated by commas, semicolons or tabs, got ${header}`,
      ],
    ),
    [
      'spring.csv',
      'Image ID (new)\nhouse\n',
      'spring.csv has no column image_id, it has Image ID (new): say which of them holds the images, such as --map "Image ID (new)=image_id"',
    ],
    ['spring.csv', 'sep=;\nImage ID;Note\n\n', 'spring.csv has a header and no row: each request is a row below it'],
    ['spring.csv', ' \n', 'spring.csv is empty: it must hold at least one request'],
    ['spring.ndjson', '', 'spring.ndjson is empty: it must hold at least one request'],
    ['spring.json', '[{', 'spring.json is not JSON: '],
    ['a.numbers', 'house', 'a.numbers must be .csv, .tsv, .xlsx, .ndjson, .json or .txt: export it as .xlsx or as CSV'],
    ['a.doc', 'house', 'a.doc must be .csv, .tsv, .xlsx, .ndjson, .json or .txt: save it as one of these'],
  ])('%s with %j is refused before any call, with a remedy', async (name, content, sentence) => {
    const { env, calls } = await stubService(answers);
    const { code, stdout, stderr } = await runHere(['batch', 'create', fileWith(content, name), '--dry-run'], env);
    expect([code, stdout, calls]).toEqual([2, '', []]);
    expect(stderr).toContain(`reprocess: ${sentence}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each(['folder', 'folder.csv', 'folder.xlsx', 'folder.d'])(
    'a folder, here %s, is refused by its path',
    async (name) => {
      const { env, calls } = await stubService(answers);
      const folder = join(temporaryFolder(), name);
      mkdirSync(folder);
      const ran = await runHere(['batch', 'create', folder], env);
      const stderr = `reprocess: ${folder}: it is a folder: name a file\n`;
      expect({ ...ran, calls }).toEqual({ code: 2, stdout: '', stderr, calls: [] });
    },
  );

  it('a column that the map names and the file has not is refused before any call', async () => {
    const { env, calls } = await stubService(answers);
    const { code, stderr } = await runHere(['batch', 'create', file(), '--map', 'Bild-ID=image_id'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--map names the column Bild-ID, and the file has image_id, enhance_type/);
    expect(calls).toEqual([]);
  });

  it.each(['run.ts', 'batch/create.ts'])('Ctrl-C while %s is loaded says that nothing was sent', async (loading) => {
    const { env, calls } = await stubService(answers);
    const interrupt = `require('node:module').registerHooks({
      load(url, context, next) {
        if (url.endsWith('/cli/src/${loading}')) process.kill(process.pid, 'SIGINT');
        return next(url, context);
      },
    });`;
    const preload = { NODE_OPTIONS: `--require ${fileWith(interrupt, 'interrupt.cjs')}` };
    const ran = await reprocess(['batch', 'create', file(), '--yes'], { env: { ...env, ...preload } });
    const stderr = 'reprocess: stopped before anything was sent: run the same command again\n';
    expect({ ...ran, calls }).toEqual({ code: 3, stdout: '', stderr, calls: [] });
  });

  it.each([
    [
      'it is checked',
      ['batch', 'create', 'FILE', '--yes'],
      'POST /v3/batches',
      'stopped before anything was sent: run',
    ],
    [
      'an order is checked',
      ['batch', 'create', '--order', 'spring', '--yes'],
      'POST /v3/orders/spring/reprocess',
      'stopped before anything was sent: run',
    ],
    [
      'it is retried',
      ['batch', 'retry', BATCH, '--yes'],
      `POST /v3/batches/${BATCH}/retry`,
      'stopped while it was retried: run the same command again, which sends nothing twice\n',
    ],
    [
      'it is sent',
      ['submit', 'house', '--set', 'hdr=true'],
      'POST /v3/images/house/process',
      'stopped while house was sent: see whether it was:\n  reprocess image house\n',
    ],
  ])('Ctrl-C while %s says what to do', async (_, words, route, sentence) => {
    const controller = new AbortController();
    const interrupt = () => {
      controller.abort(stopped());
      return 'hang' as const;
    };
    const { env } = await stubService({
      [`GET /v3/batches/${BATCH}`]: () => [200, batchOf(98, 2)],
      [route]: interrupt,
    });
    const args = words.map((word) => (word === 'FILE' ? file() : word));
    const { code, stderr } = await runHere(args, env, '', controller);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`reprocess: ${sentence}`)]);
  });

  it('Ctrl-C between requests that are sent again sends no more, and says where to look', async () => {
    const [first, second, third] = ['1', '2', '3'].map((digit) => `http:${digit.repeat(64)}`);
    const controller = new AbortController();
    const { env, calls } = await stubService({
      [`POST /v3/requests/${encodeURIComponent(`${first}`)}/retry`]: () => [
        202,
        { request_id: 'http:again', state: 'accepted', attempts: 0 },
      ],
      [`POST /v3/requests/${encodeURIComponent(`${second}`)}/retry`]: () => {
        controller.abort(stopped());
        return 'hang';
      },
    });
    const ran = await runHere(['dead', 'resubmit', `${first}`, `${second}`, `${third}`, '--yes'], env, '', controller);
    expect(ran).toEqual({
      code: 3,
      stdout: `sent  ${first} as http:again\n`,
      stderr: expect.stringMatching(/^reprocess: stopped: .* still stands as failed:\n {2}reprocess dead list\n$/),
    });
    expect(calls).toHaveLength(2);
  });

  it('Ctrl-C while it is handed over says that the same command does nothing twice', async () => {
    const { env } = await stubService({
      'POST /v3/batches': ({ url }) => (url.searchParams.has('dry_run') ? [200, checkedOf(2)] : 'hang'),
    });
    const { code, stderr } = await reprocess(['batch', 'create', file(), '--yes'], {
      env,
      interruptAt: /will be sent/,
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/stopped while it was handed over: run the same command again, which sends nothing twice/);
  });
});

it('a reader that goes away ends a command quietly', async () => {
  const batches = Array.from({ length: 100 }, () => batchOf(50, 0, { name: 'x'.repeat(5000) }));
  const { env } = await stubService({ 'GET /v3/batches': () => [200, { batches, next_cursor: 'more' }] });
  const piped = `"${process.execPath}" "${MAIN}" batch list --limit all --json 2>&1 | head -c 10; echo " \${PIPESTATUS[0]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', piped], { env: bareEnvironment(env) });
  expect(stdout).toBe('{"batch_id 0\n');
});

describe('results', () => {
  const answers = {
    [`GET /v3/batches/${BATCH}/results`]: () => [200, { line: 1 }] as const,
    'GET /v3/budget': () => [200, BUDGET] as const,
  };

  it('do not overwrite a file unless they may', async () => {
    const { env } = await stubService(answers);
    const file = fileWith('mine', 'out.csv');
    const args = ['batch', 'results', BATCH, '-o', file];
    expect(await runHere(args, env)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/exists already.*--force/),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await runHere([...args, '--force'], env)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('{"line":1}');
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('go to stdout where no file, or -, is named', async () => {
    const { env } = await stubService(answers);
    for (const words of [[], ['-o', '-']]) {
      expect(await runHere(['batch', 'results', BATCH, ...words], env)).toEqual({
        code: 0,
        stdout: '{"line":1}',
        stderr: '',
      });
    }
  });

  it.each([
    ['application/x-ndjson; charset=utf-8', 'retry.csv', 'NDJSON: give it a name that ends with .ndjson'],
    ['text/csv; charset=utf-8', 'out.JSON', 'CSV: give it a name that ends with .csv'],
    ['text/csv; charset=utf-8', 'out.CSV', undefined],
    ['application/x-ndjson', 'out.jsonl', undefined],
    ['application/x-ndjson', 'out', undefined],
  ])('of the type %s in %s say what they are where the name says something else', async (type, name, note) => {
    const results = () => [200, { line: 1 }, { 'content-type': type }] as const;
    const { env } = await stubService({ [`GET /v3/batches/${BATCH}/results`]: results });
    const file = join(temporaryFolder(), name);
    const { code, stderr } = await runHere(['batch', 'results', BATCH, '-o', file], env);
    const usual = `${file} has the rows as they came, with what became of each.\n`;
    const more = note === undefined ? '' : `${file} holds ${note}, by which programs know it.\n`;
    expect([code, stderr]).toEqual([0, usual + more]);
  });

  it('that cannot be written name the file as it was named', async () => {
    const { env } = await stubService(answers);
    const file = join(temporaryFolder(), 'none', 'out.csv');
    expect(await runHere(['batch', 'results', BATCH, '-o', file], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: `reprocess: ${file}: there is no such file or folder: check the path\n`,
    });
  });

  it('that the service does not send are the exit code 1', async () => {
    const { env } = await stubService({ [`GET /v3/batches/${BATCH}/results`]: () => [204, undefined] });
    const { code, stderr } = await runHere(['batch', 'results', BATCH], env);
    expect([code, stderr]).toEqual([1, 'reprocess: the service sent no results: try again later\n']);
  });

  it('that break off leave nothing behind, and what was there stays', async () => {
    const busy: Promise<unknown>[] = [];
    const breakOff = () => {
      // No file can be opened before they end, so that the end comes first.
      for (let each = 0; each < THREADS; each += 1) busy.push(promisify(pbkdf2)('', '', 200_000, 64, 'sha512'));
      return 'break_off' as const;
    };
    const { env } = await stubService({ [`GET /v3/batches/${BATCH}/results`]: breakOff });
    const file = fileWith('mine', 'out.csv');
    expect((await runHere(['batch', 'results', BATCH, '-o', file, '--force'], env)).code).not.toBe(0);
    await Promise.all(busy);
    expect([await readFile(file, 'utf8'), existsSync(`${file}.part`)]).toEqual(['mine', false]);
  });

  it('that a Ctrl-C ends are not written, which is said, and leave nothing behind', async () => {
    const { env } = await stubService({ [`GET /v3/batches/${BATCH}/results`]: () => 'stall' });
    const file = join(temporaryFolder(), 'out.csv');
    const controller = new AbortController();
    const ran = runHere(['batch', 'results', BATCH, '-o', file], env, '', controller);
    await expect.poll(() => existsSync(`${file}.part`)).toBe(true);
    controller.abort(stopped());
    expect(await ran).toEqual({ code: 3, stdout: '', stderr: `reprocess: ${file} was not written\n` });
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });

  it.runIf(existsSync('/dev/full'))('say that the disk is full', async () => {
    const { env } = await stubService(answers);
    const { code, stderr } = await runHere(['batch', 'results', BATCH, '-o', '/dev/full'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\/dev\/full was not written, since the disk is full/);
  });
});
