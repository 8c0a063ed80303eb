import { describe, expect, it } from 'vitest';
import { createCrashIsolation } from '../../../../functions/core/processing/crash-isolation.ts';

/** Work whose beginnings and ends are written down; it ends when it is told to. */
function start() {
  const isolation = createCrashIsolation();
  const steps: string[] = [];
  const ends = new Map<string, () => void>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const run = (name: string, suspicion: number | Promise<number>) =>
    isolation.run(
      async () => suspicion,
      async () => {
        steps.push(`${name} begins`);
        const { promise, resolve } = Promise.withResolvers<void>();
        ends.set(name, resolve);
        await promise;
        steps.push(`${name} ends`);
        return name;
      },
    );
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { run, end, steps, settle };
}

describe('crash isolation', () => {
  it('runs what nobody suspects side by side', async () => {
    const { run, end, steps, settle } = start();
    const all = Promise.all([run('a', 0), run('b', 0)]);
    await settle();
    expect(steps).toEqual(['a begins', 'b begins']);
    await end('b');
    await end('a');
    expect(await all).toEqual(['a', 'b']);
  });

  it('runs suspects alone, after all others, the least suspect first', async () => {
    const { run, end, steps, settle } = start();
    const all = Promise.all([run('worst', 2), run('good', 0), run('suspect', 1)]);
    await settle();
    for (const name of ['good', 'suspect', 'worst']) await end(name);
    const order = ['good', 'suspect', 'worst'].flatMap((name) => [`${name} begins`, `${name} ends`]);
    expect(steps).toEqual(order);
    await all;
  });

  it('begins no suspect until every suspicion is known', async () => {
    const { run, end, steps, settle } = start();
    const { promise, resolve } = Promise.withResolvers<number>();
    const all = Promise.all([run('suspect', 1), run('late', promise)]);
    await settle();
    expect(steps).toEqual([]);
    resolve(0);
    await settle();
    expect(steps).toEqual(['late begins']);
    await end('late');
    await end('suspect');
    await all;
  });

  it('begins nothing beside a suspect', async () => {
    const { run, end, steps, settle } = start();
    const suspect = run('suspect', 1);
    await settle();
    const other = run('other', 0);
    await settle();
    expect(steps).toEqual(['suspect begins']);
    await end('suspect');
    expect(steps).toEqual(['suspect begins', 'suspect ends', 'other begins']);
    await end('other');
    expect(await Promise.all([suspect, other])).toEqual(['suspect', 'other']);
  });

  it('suspects nobody whose suspicion cannot be read, and goes on behind work that fails', async () => {
    const isolation = createCrashIsolation();
    const unread = isolation.run(
      () => Promise.reject(new Error('the ledger is away')),
      () => Promise.reject(new Error('it failed')),
    );
    const suspect = isolation.run(
      async () => 1,
      async () => 'suspect',
    );
    await expect(unread).rejects.toThrow('it failed');
    expect(await suspect).toBe('suspect');
  });
});
