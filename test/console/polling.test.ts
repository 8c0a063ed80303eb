import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pollDelay, usualDelay } from '../../console/src/polling/delay.ts';
import { type Place, pagesOf } from '../../console/src/polling/pages.ts';
import { type Look, NO_LOOK, startPoller } from '../../console/src/polling/poller.ts';
import { keptLook, shownLook } from '../../console/src/polling/shown-look.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('looks every 2 s at a service on one machine, and every 10 s at a deployed one', () => {
  expect(['localhost', '127.0.0.1', '[::1]'].map(usualDelay)).toEqual([2000, 2000, 2000]);
  const deployed = ['a1b2c3.execute-api.eu-central-1.amazonaws.com', 'reprocess.example', 'localhost.example'];
  expect(deployed.map(usualDelay)).toEqual([10_000, 10_000, 10_000]);
});

it('looks more rarely in the background and after failures, and never more rarely than each minute while it is seen', () => {
  const delays = [0, 1, 2, 5, 30].map((failures) => pollDelay({ everyMs: 2000, failures, isHidden: false }));
  expect(delays).toEqual([2000, 4000, 8000, 60_000, 60_000]);
  expect(pollDelay({ everyMs: 2000, failures: 0, isHidden: true })).toBe(20_000);
  expect(pollDelay({ everyMs: 10_000, failures: 3, isHidden: true })).toBe(100_000);
});

function polling(answers: readonly (number | Error)[], hasEnded = (_: number) => false) {
  const looks: Look<number>[] = [];
  let calls = 0;
  const poller = startPoller<number>({
    load: async () => {
      const answer = answers[Math.min(calls++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer ?? 0;
    },
    everyMs: 1000,
    hasEnded,
    isRetryable: (error) => (error as Error).message !== 'forbidden',
    leastWait: (error) => ((error as Error).message === 'too many calls' ? 7000 : 0),
    isHidden: () => false,
    onLook: (look) => looks.push(look),
  });
  return { poller, looks, calls: () => calls };
}

it('keeps what it saw last while the service is away, and says since when', async () => {
  const { poller, looks } = polling([7, new Error('away'), new Error('away'), 8]);
  await vi.advanceTimersByTimeAsync(0);
  const seenAt = looks.at(-1)?.at;
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks.at(-1)).toMatchObject({ data: 7, at: seenAt, error: new Error('away'), nextAt: Date.now() + 2000 });
  await vi.advanceTimersByTimeAsync(6000);
  expect(looks.at(-1)).toMatchObject({ data: 8, error: undefined, nextAt: Date.now() + 1000 });
  poller.stop();
});

it('leaves the service alone for as long as that asks for, also when somebody comes back to the page', async () => {
  const { poller, looks, calls } = polling([new Error('too many calls'), 8]);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks.at(-1)).toMatchObject({ nextAt: Date.now() + 7000 });
  await vi.advanceTimersByTimeAsync(6999);
  poller.lookIfWaiting();
  expect(calls()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(looks.at(-1)).toMatchObject({ data: 8, nextAt: Date.now() + 1000 });
  poller.stop();
});

it('ends with the last state, with what cannot pass, and when it is stopped', async () => {
  const over = polling([1, 2], (count) => count === 2);
  const refused = polling([new Error('forbidden')]);
  const stopped = polling([1]);
  await vi.advanceTimersByTimeAsync(1500);
  stopped.poller.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([over.calls(), refused.calls(), stopped.calls()]).toEqual([2, 1, 2]);
  expect(refused.looks.at(-1)).toMatchObject({ error: new Error('forbidden'), nextAt: undefined });
});

it('is asked for at once when somebody comes back to the page, unless nothing changes any more', async () => {
  const running = polling([1]);
  const over = polling([1], () => true);
  const refused = polling([new Error('forbidden')]);
  await vi.advanceTimersByTimeAsync(0);
  for (const { poller } of [running, over, refused]) poller.lookIfWaiting();
  await vi.advanceTimersByTimeAsync(0);
  expect([running.calls(), over.calls(), refused.calls()]).toEqual([2, 1, 1]);
  running.poller.stop();
});

/** Looks whose answers are given by hand. */
function slowPolling(isHidden = false) {
  const looks: Look<number>[] = [];
  const loads: { readonly signal: AbortSignal; answer(value: number): void; fail(error: Error): void }[] = [];
  const poller = startPoller<number>({
    load: (signal) => new Promise((answer, fail) => loads.push({ signal, answer, fail })),
    everyMs: 1000,
    isRetryable: () => true,
    leastWait: () => 0,
    isHidden: () => isHidden,
    onLook: (look) => looks.push(look),
  });
  return { poller, looks, loads };
}

it('a look that is asked for takes the place of the one under way, and of the one that is waited for', async () => {
  const { poller, looks, loads } = slowPolling();
  poller.look();
  expect(loads.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  loads[1]?.answer(2);
  await vi.advanceTimersByTimeAsync(0);
  loads[0]?.answer(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks.map(({ data }) => data)).toEqual([2]);
  await vi.advanceTimersByTimeAsync(500);
  poller.look();
  expect(looks.at(-1)).toMatchObject({ data: 2, nextAt: undefined });
  loads[2]?.answer(3);
  await vi.advanceTimersByTimeAsync(999);
  expect(loads).toHaveLength(3);
  poller.stop();
});

it('a look that was replaced or stopped fails unseen, and none comes after it', async () => {
  const { poller, looks, loads } = slowPolling();
  poller.look();
  loads[0]?.fail(new Error('replaced'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect([looks, loads.length]).toEqual([[], 2]);
  poller.stop();
  loads[1]?.fail(new Error('stopped'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect([looks, loads.length]).toEqual([[], 2]);
});

it('a look that is under way ends with the page', () => {
  const { poller, loads } = slowPolling();
  poller.stop();
  expect(loads.map(({ signal }) => signal.aborted)).toEqual([true]);
});

it('the next look comes later in the background', async () => {
  const { poller, looks, loads } = slowPolling(true);
  loads[0]?.answer(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks.at(-1)?.nextAt).toBe(Date.now() + 10_000);
  poller.stop();
});

it('of another key nothing is shown, unless it stays until there is something under the new one', () => {
  const old = { look: { ...NO_LOOK, data: 1 }, of: 'old' };
  const [first, read, failed] = [{}, { data: 2 }, { error: new Error('away') }].map((change) => ({
    look: { ...NO_LOOK, ...change },
    of: 'new',
  })) as [typeof old, typeof old, typeof old];
  expect([false, true].map((keepsData) => shownLook(old, 'new', keepsData).data)).toEqual([undefined, 1]);
  expect([false, true].map((keepsData) => shownLook(old, 'old', keepsData).data)).toEqual([1, 1]);
  expect([first, read, failed].map((next) => keptLook(old, next, true))).toEqual([old, read, failed]);
  expect(keptLook(old, first, false)).toBe(first);
});

it('a list is read from page to page and back, and another list from its first page', () => {
  let place: Place = { list: 'failed', cursors: [] };
  const show = (next: Place) => {
    place = next;
  };
  const at = (nextCursor?: string, list = 'failed') => {
    const { cursor, steps } = pagesOf(list, place);
    return { cursor, ...steps(nextCursor, show) };
  };
  expect(at()).toEqual({ cursor: undefined, pageNumber: 1, next: undefined, previous: undefined });
  at('second').next?.();
  at('third').next?.();
  expect(place).toEqual({ list: 'failed', cursors: ['second', 'third'] });
  expect(at()).toMatchObject({ cursor: 'third', pageNumber: 3, next: undefined });
  expect(at(undefined, 'all')).toEqual({ cursor: undefined, pageNumber: 1, next: undefined, previous: undefined });
  at().previous?.();
  expect(place).toEqual({ list: 'failed', cursors: ['second'] });
  at('of all', 'all').next?.();
  expect(place).toEqual({ list: 'all', cursors: ['of all'] });
});
