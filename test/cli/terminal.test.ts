import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileWith, temporaryFolder } from './support/run.ts';
import { BATCH, BUDGET, batchOf, checkedOf, stubService } from './support/stub-service.ts';
import { inTerminal, screenOf } from './support/terminal.ts';

const CLEAR = '\r\u001b[K';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const READ = `GET /v3/batches/${BATCH}`;
const budget = { 'GET /v3/budget': () => [200, BUDGET] as const };

/** What was drawn and cleared again. */
const drawn = (text: string) => text.split(CLEAR).map((part) => part.replaceAll('\r\n', '\n'));

describe('in a terminal', () => {
  it('the bar is one line that is redrawn, with the budget, and leaves nothing but the end behind', async () => {
    const { env } = await stubService({
      [READ]: (_call, nth) => [200, batchOf(nth * 50 - 50)],
      ...budget,
    });
    const terminal = inTerminal(['batch', 'watch', BATCH], { ...env, NO_COLOR: '1' }, 100);
    expect(await terminal.ended).toBe(0);
    const lines = drawn(terminal.text());
    expect(lines[0]).toMatch(/^\[-{12}\] 0 of 100 · 60\/min · until /);
    expect(lines.some((line) => /^\[#{6}-{6}\] 50 of 100 .* · 320 of 500 left today$/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('100 finished, 0 failed.\n');
  });

  it('of 20 columns each drawn line fits', async () => {
    const { env } = await stubService({ [READ]: (_call, nth) => [200, batchOf(nth * 30 + 40, 0)], ...budget });
    const terminal = inTerminal(['batch', 'watch', BATCH], env, 20);
    expect(await terminal.ended).toBe(0);
    const bars = drawn(terminal.text()).slice(0, -1);
    expect(bars).toContain('70 of 100 · 60/min');
    expect(Math.max(...bars.map((line) => line.length))).toBeLessThan(20);
  });

  it('Ctrl-C stops waiting, and the bar is gone', async () => {
    const { env } = await stubService({ [READ]: () => [200, batchOf(50)], ...budget });
    const terminal = inTerminal(['batch', 'watch', BATCH], { ...env, NO_COLOR: '1' });
    await terminal.seen(/50 of 100/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(3);
    expect(drawn(terminal.text()).at(-1)).toBe(
      `reprocess: the batch goes on; look again:\n  reprocess batch watch ${BATCH}\n`,
    );
  });

  it('what is waited for is not shown beside the end of waiting', async () => {
    const requestId = `http:${'0'.repeat(64)}`;
    const { env } = await stubService({
      'POST /v3/images/house/process': () => [202, {}, { 'reprocess-request-id': requestId }],
      [`GET /v3/requests/${encodeURIComponent(requestId)}`]: () => [200, { request_id: requestId, life: 'queued' }],
    });
    const terminal = inTerminal(['submit', 'house', '--wait'], { ...env, NO_COLOR: '1' });
    await terminal.seen(/waiting for house/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(3);
    expect(drawn(terminal.text()).at(-1)).toBe(
      `reprocess: the request goes on; look again:\n  reprocess request show ${requestId}\n`,
    );
  });

  it('what is waited for is gone with its end, and not shown with --quiet', async () => {
    const answers = (life: string) => [200, { request_id: 'http:1', image_id: 'house', life }] as const;
    const { env } = await stubService({
      'POST /v3/images/house/process': () => [202, {}, { 'reprocess-request-id': 'http:1' }],
      'GET /v3/requests/http%3A1': (_, nth) => answers(nth === 1 ? 'started' : 'finished'),
    });
    const terminal = inTerminal(['submit', 'house', '--wait'], { ...env, NO_COLOR: '1' });
    expect(await terminal.ended).toBe(0);
    expect(drawn(terminal.text())).toEqual(['waiting for house', 'house  finished  http:1\n']);
    const quiet = inTerminal(['submit', 'house', '--wait', '--quiet'], env);
    expect(await quiet.ended).toBe(0);
    expect(drawn(quiet.text())).toEqual(['house  finished  http:1\n']);
  });

  describe('is asked before anything is sent', () => {
    const counts = { total: 3000, rejected: 13, accepted: 2987 };
    const answers = {
      'POST /v3/batches': ({ url }: { readonly url: URL }) =>
        url.searchParams.has('dry_run') ? ([200, checkedOf(2987, { counts })] as const) : ([202, batchOf(0)] as const),
    };
    const file = () => fileWith('image_id\nhouse\n', 'spring.csv');

    it.each([
      ['n\r', 3, 1],
      ['\r', 3, 1],
      ['yet\r', 3, 1],
      [CTRL_C, 3, 1],
      [CTRL_D, 3, 1],
      ['y\r', 0, 2],
    ])('%j', async (typed, code, calls) => {
      const stub = await stubService(answers);
      const terminal = inTerminal(['batch', 'create', file()], stub.env);
      await terminal.seen(/Send 2,987 requests\? \[y\/N\] /);
      terminal.type(typed);
      expect(await terminal.ended).toBe(code);
      expect(stub.calls.filter(({ method }) => method === 'POST')).toHaveLength(calls);
      expect(terminal.text()).toContain(code === 0 ? BATCH : 'nothing was sent');
    });

    it('also what has failed', async () => {
      const stub = await stubService({ [READ]: () => [200, batchOf(99, 1)] });
      const terminal = inTerminal(['batch', 'retry', BATCH], stub.env);
      await terminal.seen(/1 line of spring\.csv failed\.\s[\s\S]*Send it again\? \[y\/N\] /);
      terminal.type('n\r');
      expect(await terminal.ended).toBe(3);
      expect(stub.calls.map(({ method }) => method)).toEqual(['GET']);
    });

    it('and never with --no-input', async () => {
      const stub = await stubService(answers);
      const terminal = inTerminal(['batch', 'create', file(), '--no-input'], stub.env, 200);
      expect(await terminal.ended).toBe(2);
      expect(terminal.text()).toContain('nobody can answer here');
    });
  });

  it('login keeps the key out of sight, in a file that only its owner can read', async () => {
    const { env } = await stubService(budget);
    const folder = temporaryFolder();
    const terminal = inTerminal(['login'], { XDG_CONFIG_HOME: folder }, 200);
    await terminal.seen(/Address of the service: /);
    terminal.type(`${env.REPROCESS_URL}\r`);
    await terminal.seen(/Key: /);
    terminal.type('stub-key\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).not.toContain('stub-key');
    const profiles = join(folder, 'reprocess/profiles.json');
    expect(statSync(profiles).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(profiles, 'utf8'))).toEqual({
      default: { url: env.REPROCESS_URL, apiKey: 'stub-key' },
    });
  });

  it.each([
    [[], /Address of the service: /],
    [['--url', 'http://127.0.0.1:59999'], /Key: /],
  ])('Ctrl-C and Ctrl-D end login %j where it asks, and say so on a line of its own', async (words, asked) => {
    for (const typed of [CTRL_C, CTRL_D]) {
      const terminal = inTerminal(['login', ...words], { NO_COLOR: '1' }, 200);
      await terminal.seen(asked);
      terminal.type(typed);
      expect(await terminal.ended).toBe(3);
      expect(screenOf(terminal.text()).trimEnd().split('\n').at(-1)).toBe('reprocess: stopped');
    }
  });

  it('the lines of a batch stand below what is known of it, which is not shown where an option is wrong', async () => {
    const { env } = await stubService({
      [READ]: () => [200, batchOf(50)],
      [`${READ}/requests`]: ({ url }) =>
        url.searchParams.has('code')
          ? [400, { detail: 'code must be a failure code' }]
          : [200, { requests: [{ line: 7, state: 'failed', image_id: 'house' }], next_cursor: null }],
    });
    const show = (...words: readonly string[]) =>
      inTerminal(['batch', 'show', BATCH, ...words], { ...env, NO_COLOR: '1' }, 100);
    const shown = show('--lines');
    expect(await shown.ended).toBe(0);
    expect(shown.text()).toMatch(/^batch +b_.*\r\n(.*\r\n)+LINE +STATE +IMAGE\r\n7 +failed +house\r\n$/);
    const wrong = show('--code', 'Bad');
    expect(await wrong.ended).toBe(2);
    expect(wrong.text()).toBe('reprocess: --code must be a failure code\r\n');
  });

  it('a list leaves out the columns that do not fit', async () => {
    const { env } = await stubService({ 'GET /v3/batches': () => [200, { batches: [batchOf(50)] }] });
    const terminal = inTerminal(['batch', 'list'], { ...env, NO_COLOR: '1' }, 60);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toMatch(/^ID +STATE +DONE +OF\r\n/);
    expect(
      Math.max(
        ...terminal
          .text()
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60);
  });
});
