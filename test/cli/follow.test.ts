import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exitOf } from '../../cli/src/batch/follow.ts';
import { type Progress, progressLine } from '../../cli/src/batch/progress-line.ts';
import { createProgressScreen } from '../../cli/src/batch/progress-screen.ts';
import { endText } from '../../cli/src/batch/summary.ts';
import type { Context } from '../../cli/src/context.ts';
import { timeText } from '../../cli/src/terminal/numbers.ts';
import { widthOf } from '../../cli/src/terminal/text.ts';
import type { Batch, Budget } from '../../client/src/contract.ts';
import type { Client } from '../../client/src/create-client.ts';
import { reprocess } from './support/run.ts';
import { BATCH, BUDGET, batchOf, stubService } from './support/stub-service.ts';

const READ = `GET /v3/batches/${BATCH}`;
const NOW = Date.parse('2099-11-22T10:00:00Z');
/** An hour of that day, as this machine says it. */
const at = (hour: number) => timeText(`2099-11-22T${hour}:00:00Z`, NOW);

describe('the line of progress', () => {
  const waits = { reason: 'daily_limit', detail: '', until: '2099-11-22T12:00:00Z' };
  const batch = batchOf(50, 3, { waits_for: waits }) as unknown as Batch;
  const budget = BUDGET as unknown as Budget;

  it('says counts, what it waits for, rate, end and budget', () => {
    const other = { ...waits, reason: 'person' };
    const paused = batchOf(50, 3, { waits_for: other, expected_end: '2099-11-22T13:00:00Z' }) as unknown as Batch;
    const line = progressLine({ batch: paused, budget, now: NOW });
    expect(line).toBe(
      `53 of 100 · 3 failed · the account is paused until ${at(12)} · 60/min · until ${at(13)} · 320 of 500 left today`,
    );
  });

  it.each(['2099-11-22T11:00:00Z', waits.until, '2099-11-22T12:00:30Z'])(
    'says once until when it waits for the daily limit, and not what is left for others: it ends at %s',
    (expected_end) => {
      const waiting = batchOf(50, 0, { waits_for: waits, expected_end, rate_per_minute: null }) as unknown as Batch;
      expect(progressLine({ batch: waiting, budget, now: NOW })).toBe(
        `50 of 100 · waits for the daily limit until ${at(12)}`,
      );
    },
  );

  const counts = { ...batchOf(50, 3).counts, rejected: 10, cancelled: 7, started: 2 };
  const lineOf = (more: object, columns?: number) =>
    progressLine({ batch: batchOf(50, 3, { counts, ...more }) as unknown as Batch, now: NOW }, columns);

  it('counts what has ended of what can be sent, and tells what is being enhanced and when it will end', () => {
    expect(lineOf({}).replaceAll(/\d\d:\d\d/g, 'TIME')).toBe(
      '60 of 90 · 3 failed · 60/min · until TIME · 2 being enhanced',
    );
    expect(lineOf({ expected_end: '2099-11-22T09:00:00Z' })).not.toContain('until');
    expect(lineOf({ finished_at: '2099-11-22T09:59:00Z' })).not.toContain('until');
    expect(lineOf({ counts: { ...counts, started: 0 } })).not.toContain('being enhanced');
  });

  it('says once that a batch is paused', () => {
    const paused = { state: 'paused', waits_for: { reason: 'person', detail: '' }, rate_per_minute: null };
    expect(lineOf(paused)).toBe('60 of 90 · 3 failed · paused · 2 being enhanced');
  });

  it('draws the share of what can be sent, and never more than there is', () => {
    const half = { ...counts, rejected: 50, finished: 25, failed: 0, cancelled: 0 };
    expect(lineOf({ counts: half }, 79)).toMatch(/^\[#{6}-{6}\] 25 of 50 /);
    expect(lineOf({ counts: { ...half, finished: 49 } }, 79)).toMatch(/^\[#{11}-\] 49 of 50 /);
    expect(lineOf({ counts: { ...half, finished: 0, cancelled: 25 } }, 79)).toMatch(/^\[#{6}-{6}\] 25 of 50 /);
    expect(lineOf({ counts: half }, 49)).toMatch(/^25 of 50 /);
  });

  it.each<[string, object | null, object | null]>([
    ['as the batch says', { reason: 'person', detail: '' }, null],
    ['as the budget says, when all lines are in the queue', null, { reason: 'person', detail: '', since: '' }],
  ])('says that the account is paused, %s, and no end', (_, waits_for, paused) => {
    const facts = { batch: batchOf(0, 0, { waits_for }), budget: { ...BUDGET, paused }, now: NOW } as unknown;
    expect(progressLine(facts as Progress)).toBe('0 of 100 · the account is paused · 60/min · 320 of 500 left today');
  });

  it.each([
    ['checking', null, 'checking the file'],
    ['running', 'upload', '0 of 100 · waits for its file · 60/min'],
    ['running', 'maintenance', '0 of 100 · waits for maintenance · 60/min'],
  ])('says what a batch that is %s waits for: %s', (state, reason, line) => {
    const waits_for = reason && { reason, detail: '' };
    expect(progressLine({ batch: batchOf(0, 0, { state, waits_for }) as unknown as Batch, now: NOW })).toBe(line);
  });

  it('keeps the reason where its end does not fit', () => {
    const person = { reason: 'person', detail: '', until: '2099-11-25T12:00:00Z' };
    const paused = batchOf(0, 0, { waits_for: person }) as unknown as Batch;
    expect(progressLine({ batch: paused, now: NOW }, 39)).toBe('0 of 100 · the account is paused');
  });

  it.each([5, 20, 40, 60, 79, 120])('takes no more than %d columns, and always says how many have ended', (columns) => {
    const line = progressLine({ batch, budget, now: NOW }, columns);
    expect(line).toContain('53 of 100');
    expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, '53 of 100'.length));
  });
});

it('the line says that the service is not reachable until it is again, and is gone in the end', () => {
  const drawn: (string | undefined)[] = [];
  const status = (line?: (columns: number) => string) => void drawn.push(line?.(40));
  const output = { err: { isTTY: true }, isQuiet: true, status };
  const screen = createProgressScreen({ output, now: () => NOW } as unknown as Context, {} as Client);
  screen.show(batchOf(50) as unknown as Batch);
  screen.lost();
  screen.show(batchOf(60) as unknown as Batch);
  screen.close();
  expect(drawn.map((line) => line?.split(' · ')[0])).toEqual([
    '50 of 100',
    'the service is not reachable: trying again',
    '60 of 100',
    undefined,
  ]);
});

describe('the progress', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());
  const batch = (finished: number) => batchOf(finished) as unknown as Batch;

  it('is a plain line each 10 s without a terminal, with the budget as it was read last', async () => {
    const said: string[] = [];
    const output = { err: {}, isQuiet: false, say: (line: string) => void said.push(line), status: () => {} };
    let left = 321;
    const client = { budget: async () => ({ ...BUDGET, left: --left }) } as unknown as Client;
    const screen = createProgressScreen({ output, now: Date.now } as unknown as Context, client);
    screen.show(batch(50));
    screen.show(batch(60));
    for (let times = 0; times < 2; times += 1) await vi.advanceTimersByTimeAsync(10_000);
    screen.close();
    await vi.advanceTimersByTimeAsync(20_000);
    const shown = said.map((line) => line.split(' · '));
    expect(shown.map((parts) => [parts[0], parts.find((part) => part.includes('left'))])).toEqual([
      ['50 of 100', undefined],
      ['60 of 100', '320 of 500 left today'],
      ['60 of 100', '319 of 500 left today'],
    ]);
  });

  it('is not drawn by a budget that comes after its end, or that does not come', async () => {
    const drawn: unknown[] = [];
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
    const status = (line?: (columns: number) => string) => void drawn.push(line?.(40));
    const output = { err: { isTTY: true }, isQuiet: false, status };
    for (const budget of [async () => BUDGET, () => Promise.reject(new Error('away'))]) {
      const screen = createProgressScreen(
        { output, now: Date.now } as unknown as Context,
        { budget } as unknown as Client,
      );
      screen.show(batch(50));
      screen.close();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(drawn.filter((line) => line === undefined)).toHaveLength(2);
    expect(drawn.at(-1)).toBeUndefined();
    expect(drawn).toHaveLength(4);
    expect(unhandled).toEqual([]);
  });
});

it.each<[object, string]>([
  [batchOf(100), '100 finished, 0 failed.'],
  [
    batchOf(98, 0, { counts: { ...batchOf(98).counts, rejected: 1, cancelled: 1 } }),
    '98 finished, 0 failed, 1 refused, 1 cancelled.',
  ],
  [batchOf(0, 0, { state: 'refused', problems: ['one', 'two'] }), 'refused: one; two'],
  [batchOf(0, 0, { state: 'refused' }), 'refused: no line can be sent'],
])('the end of a batch is told: %o', (batch, text) => {
  expect(endText(batch as Batch)).toBe(text);
});

it.each<[string, number, object]>([
  ['all lines finished', 0, batchOf(100)],
  ['a line failed', 1, batchOf(99, 1)],
  ['a line was refused', 1, batchOf(99, 0, { state: 'finished', counts: { failed: 0, rejected: 1 } })],
  ['not every line was sent, since it was cancelled,', 1, batchOf(50, 0, { state: 'cancelled' })],
  ['nothing was sent, since it was refused,', 1, batchOf(0, 0, { state: 'refused' })],
])('a batch of which %s ends with %i', (_, code, batch) => {
  expect(exitOf(batch as Batch)).toBe(code);
});

describe('batch watch', () => {
  const answers = (last: object) => ({
    [READ]: (_call: unknown, nth: number) => [200, nth === 1 ? batchOf(50) : last] as const,
    'GET /v3/budget': () => [200, BUDGET] as const,
  });

  it('ends with 0 when all finished', async () => {
    const { env } = await stubService(answers(batchOf(100)));
    const { code, stdout, stderr } = await reprocess(['batch', 'watch', BATCH], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^50 of 100 .*\n100 finished, 0 failed\.\n$/s);
  });

  it('ends with 1 when some failed, and says what to do', async () => {
    const { env } = await stubService(answers(batchOf(98, 2)));
    const { code, stderr } = await reprocess(['batch', 'watch', BATCH], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `98 finished, 2 failed.\nWhat failed, and again:\n  reprocess batch show ${BATCH} --state failed\n`,
    );
  });

  it('names the same service in the commands that it advises', async () => {
    const { env } = await stubService(answers(batchOf(98, 2)));
    const { port } = new URL(env.REPROCESS_URL ?? '');
    const { stderr } = await reprocess(['batch', 'watch', BATCH, '--stage', 'local', '--port', port], { env });
    expect(stderr).toContain(`  reprocess batch show ${BATCH} --state failed --stage local --port ${port}\n`);
    expect(stderr).toContain(`  reprocess batch retry ${BATCH} --stage local --port ${port}\n`);
  });

  it('gives programs one object for each change, and nothing else', async () => {
    const { env, calls } = await stubService(answers(batchOf(100)));
    const { stdout, stderr } = await reprocess(['batch', 'watch', BATCH, '--json'], { env });
    expect(stderr).toBe('');
    expect(calls.map(({ url }) => url.pathname)).not.toContain('/v3/budget');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).counts.finished),
    ).toEqual([50, 100]);
  });

  it('stops waiting after its time with 3', async () => {
    const { env } = await stubService({ [READ]: () => [200, batchOf(50)], 'GET /v3/budget': () => [200, BUDGET] });
    const { code, stderr } = await reprocess(['batch', 'watch', BATCH, '--timeout', '1'], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(`the batch goes on; look again:\n  reprocess batch watch ${BATCH}\n`);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops waiting at %s with 3, and says how to look again',
    async (interruptBy) => {
      // Without a budget, which is no reason to end.
      const { env } = await stubService({ [READ]: () => [200, batchOf(50)] });
      const interrupted = { env, interruptAt: /50 of 100/, interruptBy };
      const { code, stderr } = await reprocess(['batch', 'watch', BATCH], interrupted);
      expect(code).toBe(3);
      expect(stderr).toContain(`look again:\n  reprocess batch watch ${BATCH}\n`);
    },
  );
});

it.each<[string, string | undefined, RegExp]>([
  ['without an end', undefined, /^waits for +key exchange\n(?!expected)/m],
  ['behind the expected end', '2099-11-22T12:00:00Z', /^expected +after .*12:00$/m],
  ['before the expected end', '2099-11-22T10:00:00Z', /^expected +.* 11:00$/m],
])('batch show gives an expected end only behind a pause: one %s', async (_, until, seen) => {
  const waits_for = { reason: 'person', detail: 'key exchange', until };
  const { env } = await stubService({ [READ]: () => [200, batchOf(0, 0, { waits_for })] });
  expect((await reprocess(['batch', 'show', BATCH], { env })).stdout).toMatch(seen);
});
