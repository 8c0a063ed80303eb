import { describe, expect, it } from 'vitest';
import { createScheduler } from '../../chaos/scheduler.ts';

describe('virtual time', () => {
  it('jumps from event to event, in their order, and of two at once the first planned runs first', async () => {
    const scheduler = createScheduler(1000);
    const ran: string[] = [];
    const plan = (ms: number, name: string) => scheduler.after(ms, () => ran.push(`${name} ${scheduler.now()}`));
    plan(50, 'late');
    plan(10, 'first');
    plan(10, 'second');
    plan(86_400_000, 'next day');
    expect(await scheduler.run(Number.POSITIVE_INFINITY)).toBe(true);
    expect(ran).toEqual(['first 1010', 'second 1010', 'late 1050', 'next day 86401000']);
  });

  it('lets everything that an event brings about run before the next event', async () => {
    const scheduler = createScheduler(0);
    const ran: string[] = [];
    const chain = async (name: string) => {
      for (let link = 0; link < 100; link += 1) await null;
      ran.push(name);
    };
    scheduler.after(1, () => void chain('brought about by the first'));
    scheduler.after(1, () => ran.push('second'));
    await scheduler.run(1);
    expect(ran).toEqual(['brought about by the first', 'second']);
  });

  it('runs nothing that was cancelled, and reports when something is left', async () => {
    const scheduler = createScheduler(0);
    const ran: number[] = [];
    scheduler.after(1, () => ran.push(1))();
    scheduler.after(2, () => ran.push(2));
    scheduler.after(30, () => ran.push(30));
    expect(await scheduler.run(10)).toBe(false);
    expect(ran).toEqual([2]);
  });

  it('keeps its order however many events are planned', async () => {
    const scheduler = createScheduler(0);
    const times: number[] = [];
    for (let index = 0; index < 500; index += 1)
      scheduler.after((index * 7919) % 503, () => times.push(scheduler.now()));
    await scheduler.run(1000);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times).toHaveLength(500);
  });
});
