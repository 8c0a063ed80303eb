import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createWatch, elapsedMs, type Watched } from '../../../functions/http/watch.ts';

let told: string[] = [];
beforeEach(() => {
  told = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
  return () => void vi.useRealTimers();
});

function watched(name: string, inMs: number, signal?: AbortSignal): Watched {
  return {
    deadline: elapsedMs() + inMs,
    signal,
    onLate: () => told.push(`${name} is late`),
    onAbort: () => told.push(`${name} is aborted`),
  };
}

/** Leaves when it is told, as a call does. */
function leaving(watch: ReturnType<typeof createWatch>, name: string, inMs: number, signal?: AbortSignal): Watched {
  const self = watched(name, inMs, signal);
  const leave = (tell: () => void) => () => {
    tell();
    watch.remove(all);
  };
  const all: Watched = { ...self, onLate: leave(self.onLate), onAbort: leave(self.onAbort) };
  return all;
}

describe('a deadline', () => {
  test('that is earlier fires first, in whatever order they were added', () => {
    const watch = createWatch();
    for (const ms of [50, 10, 30, 20, 40]) watch.add(leaving(watch, `${ms}`, ms));
    for (const _ of [1, 2, 3, 4, 5]) vi.advanceTimersByTime(10);
    expect(told).toEqual(['10', '20', '30', '40', '50'].map((name) => `${name} is late`));
  });

  test('does not fire before it, and fires at it', () => {
    const watch = createWatch();
    watch.add(leaving(watch, 'a', 100));
    watch.add(leaving(watch, 'b', 200));
    vi.advanceTimersByTime(99);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['a is late']);
    vi.advanceTimersByTime(100);
    expect(told).toEqual(['a is late', 'b is late']);
  });

  test('that has passed already fires soon', () => {
    const watch = createWatch();
    watch.add(leaving(watch, 'a', -5));
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['a is late']);
  });

  test('of what was removed does not fire, and those after it do', () => {
    const watch = createWatch();
    const removed = watched('removed', 10);
    watch.add(removed);
    watch.add(leaving(watch, 'kept', 20));
    watch.remove(removed);
    vi.advanceTimersByTime(100);
    expect(told).toEqual(['kept is late']);
  });

  test('that is added after all others have gone fires too', () => {
    const watch = createWatch();
    const removed = watched('removed', 10);
    watch.add(removed);
    watch.remove(removed);
    watch.add(leaving(watch, 'a', 20));
    vi.advanceTimersByTime(20);
    watch.add(leaving(watch, 'b', 5));
    vi.advanceTimersByTime(5);
    expect(told).toEqual(['a is late', 'b is late']);
  });

  test('of a thousand needs one timer, and of none none', () => {
    const watch = createWatch();
    for (let each = 0; each < 1_000; each += 1) watch.add(leaving(watch, `${each}`, 1_000 - ((each * 7) % 1_000)));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(told).toHaveLength(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a signal', () => {
  test('ends what came with it, and nothing else', () => {
    const watch = createWatch();
    const [one, other] = [new AbortController(), new AbortController()];
    watch.add(leaving(watch, 'a', 100, one.signal));
    watch.add(leaving(watch, 'b', 100, other.signal));
    watch.add(leaving(watch, 'c', 100));
    watch.add(leaving(watch, 'd', 100, one.signal));
    one.abort();
    expect(told).toEqual(['a is aborted', 'd is aborted']);
    vi.advanceTimersByTime(100);
    expect(told.slice(2)).toEqual(['b is late', 'c is late']);
  });

  test('has one listener for all, none when they have gone, and one again afterwards', () => {
    const watch = createWatch();
    const ending = new AbortController();
    const all = ['a', 'b', 'c'].map((name) => leaving(watch, name, 100, ending.signal));
    const count = () => getEventListeners(ending.signal, 'abort').length;
    for (const each of all) watch.add(each);
    expect(count()).toBe(1);
    for (const each of all) watch.remove(each);
    expect(count()).toBe(0);
    watch.add(leaving(watch, 'd', 100, ending.signal));
    expect(count()).toBe(1);
    ending.abort();
    expect([told, count()]).toEqual([['d is aborted'], 0]);
  });
});
