import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../local/service.ts';
import { runHere } from './support/run-here.ts';
import { inTerminal, screenOf } from './support/terminal.ts';

let service: Service;
beforeAll(async () => {
  // What the webhook does not tell in time, on a busy machine, is looked up after seconds.
  const variables = { FIRST_LOOK_SECONDS: '5', LOOKS_SECONDS: '5 10 20' };
  service = await startService({
    sandbox: { acceptAnyImage: true, processingMs: 100 },
    finishesImages: true,
    schedulesEveryMs: 15_000,
    variables,
  });
});
afterAll(() => service?.stop());

const asOperator = () => ({ REPROCESS_URL: service.addresses.api, REPROCESS_API_KEY: 'local-operator-key' });
const run = (...words: readonly string[]) => runHere(words, asOperator());
const sets = (...settings: readonly string[]) => settings.flatMap((each) => ['--set', each]);

/** Has an image processed with some settings, until it is finished. @returns the request's id */
async function processed(id: string, ...settings: readonly string[]): Promise<string> {
  const ran = await run('submit', id, ...sets(...settings), '--json');
  expect(ran.code).toBe(0);
  const { request_id } = JSON.parse(ran.stdout);
  // Sooner than --wait looks again.
  await expect.poll(() => lifeOf(request_id), { interval: 50 }).toBe('finished');
  return request_id;
}

const lifeOf = async (requestId: string) => JSON.parse((await run('request', 'show', requestId, '--json')).stdout).life;

const latest = async (id: string) => {
  const [request] = (await run('image', id, '--json')).stdout.split('\n');
  return JSON.parse((await run('request', 'show', JSON.parse(request ?? '').request_id, '--json')).stdout);
};

describe('reprocess revert', () => {
  it('sends what leads back to the settings before the last request, whichever earlier request set them', async () => {
    await processed('undone', 'enhance_type=warm', 'rating=5');
    const before = await processed('undone', 'hdr=true');
    const last = await processed('undone', 'enhance_type=neutral', 'hdr=false', 'privacy=true');
    const foretold = JSON.parse((await run('revert', 'undone', '--dry-run', '--json')).stdout);
    expect(foretold).toMatchObject({
      image_id: 'undone',
      undoes: last,
      back_to: before,
      preferences: { enhance_type: 'warm', hdr: true },
      under_way: [],
    });
    expect((await latest('undone')).request_id).toBe(last);

    const { code, stdout, stderr } = await run('revert', 'undone', '--yes', '--wait');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^undone {2}finished {2}http:/)]);
    expect(stderr).toContain('  enhance_type  neutral → warm\n');
    expect((await latest('undone')).preferences).toEqual(foretold.preferences);

    // And forth again.
    const { preferences } = JSON.parse((await run('revert', 'undone', '--dry-run', '--json')).stdout);
    expect(preferences).toMatchObject({ enhance_type: 'neutral', hdr: false });
  });

  it('passes over a request that never reached Autoenhance', async () => {
    await processed('refused', 'rating=1');
    const last = await processed('refused', 'rating=2');
    await run('submit', 'refused', ...sets('cloud_type=NONE'));
    expect((await latest('refused')).life).toBe('failed');
    const { stdout } = await run('revert', 'refused', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ undoes: last, changes: [{ name: 'rating', before: 2, after: 1 }] });
  });

  it('tells what stays, since nobody knows what it was, and what goes first', async () => {
    await processed('partly', 'rating=1');
    await processed('partly', 'rating=2', 'metadata.listing=7');
    await run('pause', '--reason', 'a test');
    // The worker goes on for five seconds with what it read last of the pause.
    await sleep(5000);
    const queued = JSON.parse((await run('submit', 'partly', ...sets('rating=3'), '--json')).stdout).request_id;
    const { code, stdout } = await run('revert', 'partly', '--dry-run');
    await run('resume');
    expect([code, stdout]).toEqual([
      0,
      `partly goes back to what it was before its last request (just now):
  rating  2 → 1
  warning: metadata stays as it is: no earlier request says what it was
  warning: another request has not reached Autoenhance yet, and goes first: ${queued}
`,
    ]);
  });

  it.each([
    ['has one request alone', ['rating=1'], [], 'no two requests for it have reached Autoenhance'],
    ['was asked for the same twice', ['rating=1'], ['rating=1'], 'changed nothing'],
    ['was asked for something for the first time', ['rating=1'], ['metadata.a=1'], 'says what metadata was'],
  ])('sends nothing for an image that %s', async (what, first, second, reason) => {
    const id = what.replaceAll(' ', '-');
    await processed(id, ...first);
    if (second.length > 0) await processed(id, ...second);
    const before = await latest(id);
    const { code, stdout, stderr } = await run('revert', id, '--yes');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(reason)]);
    expect(stderr).toMatch(new RegExp(`^reprocess: nothing of ${id} can be taken back: `));
    expect((await latest(id)).request_id).toBe(before.request_id);
  });

  it('asks, and sends nothing after a no', async () => {
    await processed('asked', 'rating=1');
    const last = await processed('asked', 'rating=2');
    const terminal = inTerminal(['revert', 'asked'], { ...asOperator(), NO_COLOR: '1' });
    await terminal.seen(/Send it\? \[y\/N\] /);
    terminal.type('n\r');
    expect(await terminal.ended).toBe(3);
    expect(screenOf(terminal.text())).toContain('nothing was sent');
    expect((await latest('asked')).request_id).toBe(last);
    expect(await run('revert', 'asked')).toMatchObject({ code: 2, stderr: expect.stringContaining('--dry-run') });
  });
});
