import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { claimInbox } from '../../local/inbox.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { complaintsIn, freePort, runProgram, spawnScript } from './support/command.ts';
import { temporaryDirectory } from './support/temporary.ts';

const READY = /Outcomes, as they arrive/;

/** The commands that it prints, as a person would paste them. */
function commandsIn(output: string): readonly string[] {
  return output.match(/ {2}curl (?:.*\\\n)*.*/g) ?? [];
}

async function run(command: string | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command ?? 'exit 1']);
  return stdout;
}

function expectQuietEnd({ status, stderr }: { readonly status: unknown; readonly stderr: string }): void {
  expect([status, complaintsIn(stderr)]).toEqual([0, []]);
}

describe('npm start', () => {
  describe('until Ctrl-C', () => {
    let program: ReturnType<typeof spawnScript>;
    let inbox: string;
    let http: string;
    let queue: string;
    beforeAll(async () => {
      inbox = await mkdtemp(join(tmpdir(), 'reprocess-'));
      const args = ['--port', String(await freePort()), '--inbox', inbox, '--receiver'];
      program = spawnScript('local/main.ts', args, { FORCE_COLOR: undefined });
      [http = '', queue = ''] = commandsIn(await program.printed(READY));
    });
    afterAll(async () => {
      program?.child.kill('SIGINT');
      const end = await program?.ended;
      await rm(inbox, { recursive: true, force: true });
      expectQuietEnd(end);
    });

    it('prints two commands that work as printed, and a line for each outcome', async () => {
      expect(JSON.parse(await run(http))).toMatchObject({ status: 'processing', hdr: true });
      await program.printed(/reprocess\.succeeded .* over http, image is processing\n/);
      expect(JSON.parse(await run(queue))).toHaveProperty('MessageId');
      await program.printed(/reprocess\.succeeded .* over sqs, image is processing\n/);
      await program.printed(/image\.processed .* over sqs, image is processed\n/);
    });

    it('receives the callbacks of the partner with --receiver, and shows them', async () => {
      await program.printed(/The callbacks of the partner demo go to /);
      await run(http);
      await program.printed(/callback .* image\.processed, its signature is right\n/);
    });

    it('counts the lines of a file in the inbox, and prints only failed ones', async () => {
      const csv = ['image_id,rating', `${house.id},1`, `${garden.id},9`, `${garden.id},2`];
      await writeFile(join(inbox, 'a.csv'), `${csv.join('\n')}\n`);
      const output = await program.printed(/^ {2}requests\/a\.csv {2}3 of 3 · 1 failed$/m);
      expect(output).toContain(`  a.csv was uploaded as requests/a.csv\n`);
      const told = output.split('\n').filter((line) => /reprocess\..* of requests\/a\.csv/.test(line));
      expect(told).toEqual([
        expect.stringMatching(
          /reprocess\.failed .*, line 3 of requests\/a\.csv, invalid_request: rating must be an integer/,
        ),
      ]);
    });
  });

  it('lets a running request finish when it is stopped', async () => {
    const port = await freePort();
    const { child, ended, printed } = runProgram('main.ts', ['--port', String(port)]);
    const [http] = commandsIn(await printed(READY));
    const sandbox = `http://127.0.0.1:${port + 4}/__sandbox`;
    const fault = JSON.stringify({ kind: 'delay', delayMs: 500 });
    expect((await fetch(`${sandbox}/faults`, { method: 'POST', body: fault })).status).toBe(201);
    const answer = run(http);
    await callReached(sandbox);
    child.kill('SIGTERM');
    expect(JSON.parse(await answer)).toMatchObject({ status: 'processing' });
    expect(await ended).toMatchObject({ status: 0 });
  });

  it('keeps the requests and their outcomes across a restart with --keep', async () => {
    const keep = await temporaryDirectory();
    const startAndRun = async (use: (output: string) => Promise<void>) => {
      const { child, ended, printed } = runProgram('main.ts', ['--port', String(await freePort()), '--keep', keep]);
      await use(await printed(READY));
      child.kill('SIGINT');
      expectQuietEnd(await ended);
    };
    let list = '';
    await startAndRun(async (output) => {
      const [http = ''] = commandsIn(output);
      await run(http);
      list = await run(listing(http));
      expect(JSON.parse(list).requests).toHaveLength(1);
    });
    await startAndRun(async (output) => expect(await run(listing(commandsIn(output)[0] ?? ''))).toBe(list));
  });

  it.each([
    [
      'an option that it does not know',
      ['--prot'],
      'unknown option --prot: use --port N, --keep DIR, --inbox DIR, --receiver, --live or --help\n',
    ],
    [
      '--live without a key',
      ['--live'],
      '--live needs the key of your Autoenhance account in the variable AUTOENHANCE_API_KEY\n',
    ],
  ])('refuses %s in one sentence', async (_, args, stderr) => {
    const { ended } = runProgram('main.ts', args, { AUTOENHANCE_API_KEY: '' });
    expect(await ended).toEqual({ status: 2, stdout: '', stderr });
  });

  it('refuses a port that is taken in one sentence', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void other.close());
    const { ended } = runProgram('main.ts', ['--port', String(port)]);
    const stderr = `port ${port} is needed for the HTTP API, but another program uses it: choose other ports with --port N\n`;
    expect(await ended).toEqual({ status: 1, stdout: '', stderr });
  });
});

describe('what npm start prints while it runs', () => {
  it('has no JSON in it: a warning of a function and a refused preference are sentences', async () => {
    const { port, program } = await startWith([]);
    const [http = ''] = commandsIn(await program.printed(READY));
    await control(port, 'POST', '/faults', { kind: 'status', status: 503, times: 1 });
    await run(http);
    const request = `\\(request http:[0-9a-f]{64}, image ${house.id}, attempt 1, wait \\d+\\.\\d s, error refused_for_now: the`;
    await program.complained(
      new RegExp(
        `^ {2}[\\d:]{8} {2}warn {2}reprocess-worker {2}the request waits for its next attempt ${request}`,
        'm',
      ),
    );
    await run(http.replace('"hdr":true', '"cloud_type":"RED"'));
    const output = await program.printed(/cloud_type/);
    expect(output).toContain(
      '1 attempt, over http, invalid_preferences: the endpoint answered 422: the preferences are wrong; cloud_type: Must be one of: CLEAR, LOW_CLOUD, HIGH_CLOUD, LOW_CLOUD_LOW_SAT.\n',
    );
    program.child.kill('SIGINT');
    const { stdout, stderr } = await program.ended;
    expect(stdout).toMatch(/\nIn total: 2 requests · 1 failed(, 1 image finished)?\.\n$/);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s*\{/m);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  it('has colours where FORCE_COLOR asks for them', async () => {
    const { program } = await startWith([], { FORCE_COLOR: '1', NO_COLOR: undefined });
    const [http] = commandsIn(await program.printed(READY));
    await run(http);
    expect(await program.printed(/reprocess\.succeeded/)).toContain('\u001b[32mreprocess.succeeded\u001b[39m');
  });
});

describe('an inbox', () => {
  it('is watched by one service alone, and by the next one when that is killed', async () => {
    const inbox = await temporaryDirectory();
    const first = await startWith(['--inbox', inbox]);
    await first.program.printed(READY);
    const second = await startWith(['--inbox', inbox]);
    const output = await second.program.printed(READY);
    expect(output).toContain(`\nAnother npm start watches ${inbox}, so this one has no inbox. --inbox DIR`);
    expect(output).not.toContain(`${inbox}/`);
    await writeFile(join(inbox, 'a.csv'), `image_id,rating\n${house.id},1\n`);
    await first.program.printed(/requests\/a\.csv {2}1 of 1/);
    first.program.child.kill('SIGKILL');
    await first.program.ended;
    second.program.child.kill('SIGINT');
    expect((await second.program.ended).stdout).not.toContain('uploaded');
    // As the next one's start does.
    const release = claimInbox(inbox);
    expect(release).toBeDefined();
    release?.();
  });
});

describe('a directory that is kept', () => {
  it('gives back the images after a kill, and says what is hidden and until when', async () => {
    const keep = await temporaryDirectory();
    const first = await startWith(['--keep', keep]);
    const [http = ''] = commandsIn(await first.program.printed(READY));
    await run(http.replace('"hdr":true', '"order_id":"o-1"'));
    await control(first.port, 'DELETE', '/calls');
    await control(first.port, 'POST', '/faults', { kind: 'hang' });
    const hanging = run(http).catch(() => {});
    await callReached(`http://127.0.0.1:${first.port + 4}/__sandbox`);
    first.program.child.kill('SIGKILL');
    await Promise.all([first.program.ended, hanging]);

    const second = await startWith(['--keep', keep]);
    expect(await second.program.printed(READY)).toMatch(
      /\n1 message is still hidden in the request queue from the last run: it comes back at [\d:]{8} UTC, in \d+ (s|min)\.\n/,
    );
    await control(second.port, 'PUT', '/api-key', { apiKey: 'known' });
    const headers = { 'x-api-key': 'known' };
    const image = await fetch(`http://127.0.0.1:${second.port + 4}/v3/images/${house.id}`, { headers });
    expect(await image.json()).toMatchObject({ order_id: 'o-1' });
  });

  it.each([
    [
      'sandbox',
      'images.sqlite',
      /^\S+\/sandbox\/images\.sqlite cannot be read \(file is not a database\): delete it, .*\n$/,
    ],
    ['queues', 'fauxqs.db', /^\S+\/queues cannot be read \(file is not a database\): delete it .*\n$/],
    ['events', 'events.sqlite', /^\S+\/events cannot be read \(file is not a database\): delete it .*\n$/],
  ])('with a broken file in %s ends the start with one sentence', async (folder, file, sentence) => {
    const keep = await temporaryDirectory();
    await mkdir(join(keep, folder));
    await writeFile(join(keep, folder, file), 'no database, and long enough to be taken for one'.repeat(100));
    const { program } = await startWith(['--keep', keep]);
    expect(await program.ended).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(sentence) });
  });

  it('that is a file ends the start with one sentence', async () => {
    const keep = join(await temporaryDirectory(), 'file');
    await writeFile(keep, '');
    const { program } = await startWith(['--keep', keep]);
    const { status, stdout, stderr } = await program.ended;
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([
      1,
      '',
      [expect.stringMatching(/file cannot be used \(EEXIST.*\): choose a directory that can be written to$/)],
    ]);
  });
});

describe('a reader that has seen enough', () => {
  it('ends a start that has not printed yet, without a word', async () => {
    const { program } = await startWith([]);
    program.child.stdout?.destroy();
    expect(await program.ended).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('ends the service at its next line, and all of its processes', async () => {
    const { program } = await startWith([]);
    const [http] = commandsIn(await program.printed(READY));
    await run(http);
    await program.printed(/reprocess\.succeeded/);
    const children = await childrenOf(program.child.pid);
    expect(children.length).toBeGreaterThan(1);
    program.child.stdout?.destroy();
    // Its outcome is the line that nobody reads.
    await run(http).catch(() => {});
    expectQuietEnd(await program.ended);
    while (children.some(isAlive)) await new Promise(setImmediate);
  });

  it('is no trouble for a signal, whose own sentence is the first that nobody reads', async () => {
    const { program } = await startWith([]);
    const [http] = commandsIn(await program.printed(READY));
    await run(http);
    await program.printed(/image\.processed/);
    program.child.stdout?.destroy();
    program.child.kill('SIGTERM');
    expectQuietEnd(await program.ended);
  });
});

const { house, garden } = KNOWN_IMAGES;

/** npm start on ports of its own and, unless the words name one, with an inbox of its own. */
async function startWith(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const port = await freePort();
  const inbox = words.includes('--inbox') ? '' : await temporaryDirectory();
  const own = inbox === '' ? [] : ['--inbox', inbox];
  const colours = { FORCE_COLOR: undefined, ...environment };
  return { port, inbox, program: runProgram('main.ts', ['--port', String(port), ...own, ...words], colours) };
}

async function control(port: number, method: string, path: string, body?: object): Promise<void> {
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  const { status } = await fetch(`http://127.0.0.1:${port + 4}/__sandbox${path}`, init);
  expect(status).toBeLessThan(300);
}

async function childrenOf(parent: number | undefined): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([ppid, pid = 0]) => (ppid === parent ? [pid] : []));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves when the sandbox has received a call. */
async function callReached(sandbox: string): Promise<void> {
  for (;;) {
    const { calls } = (await (await fetch(`${sandbox}/calls`)).json()) as { readonly calls: readonly unknown[] };
    if (calls.length > 0) return;
  }
}

/** The command that sends a request, made into one that lists the image's requests. */
function listing(command: string): string {
  return command.replace('/process', '/requests').replace(/-d '.*'/, '');
}
