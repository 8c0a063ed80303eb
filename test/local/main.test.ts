import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort, runProgram } from './support/command.ts';
import { temporaryDirectory } from './support/temporary.ts';

const READY = /Outcomes, as they come/;

/** The commands that it prints, as a person would paste them. */
function commandsIn(output: string): readonly string[] {
  return output.match(/ {2}curl (?:.*\\\n)*.*/g) ?? [];
}

async function run(command: string | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command ?? 'exit 1']);
  return stdout;
}

describe('npm start', () => {
  it('prints two commands that work as printed, and a line for each outcome, until Ctrl-C', async () => {
    const { child, ended, printed } = runProgram('main.ts', ['--port', String(await freePort())]);
    const [http, queue] = commandsIn(await printed(READY));
    expect(JSON.parse(await run(http))).toMatchObject({ status: 'processing', hdr: true });
    await printed(/reprocess\.succeeded .* over http, image is processing\n/);
    expect(JSON.parse(await run(queue))).toHaveProperty('MessageId');
    await printed(/reprocess\.succeeded .* over sqs, image is processing\n/);
    await printed(/image\.processed .* over sqs, image is processed\n/);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 0, stderr: '' });
  });

  it('lets a request that is under way finish when it is told to end', async () => {
    const port = await freePort();
    const { child, ended, printed } = runProgram('main.ts', ['--port', String(port)]);
    const [http] = commandsIn(await printed(READY));
    const sandbox = `http://127.0.0.1:${port + 4}/__sandbox`;
    const fault = JSON.stringify({ kind: 'delay', delayMs: 1500 });
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
      expect(await ended).toMatchObject({ status: 0, stderr: '' });
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
      'unknown option --prot: there are --port N, --keep DIR, --live and --help\n',
    ],
    [
      '--live without a key',
      ['--live'],
      '--live needs the key of your Autoenhance account in the variable AUTOENHANCE_API_KEY\n',
    ],
  ])('refuses %s in one sentence', async (_, args, stderr) => {
    const { ended } = runProgram('main.ts', args, { AUTOENHANCE_API_KEY: '' });
    expect(await ended).toEqual({ status: 1, stdout: '', stderr });
  });

  it('refuses a port that is taken in one sentence', async () => {
    const port = await freePort();
    const { printed } = runProgram('main.ts', ['--port', String(port)]);
    await printed(READY);
    const second = runProgram('main.ts', ['--port', String(port)]);
    const stderr = `port ${port} is taken by another program and is needed for the HTTP API: choose others with --port N\n`;
    expect(await second.ended).toEqual({ status: 1, stdout: '', stderr });
  });
});

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
