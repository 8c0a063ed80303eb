import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  CallNotStarted,
  EndpointNotReached,
  RefusedForNow,
} from '../../../../functions/core/errors.ts';
import { createGate } from '../../../../functions/core/processing/call-permits.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

function open(callsPerSecond = 20) {
  const clock = standingClock();
  const holds: string[] = [];
  const gate = createGate({ clock, callsPerSecond, onHold: (reason, ms) => holds.push(`${reason} ${ms}`) });
  const enter = () => gate.enter(plentyOfTime(clock));
  const pass = async () => {
    const entered = await enter();
    if (entered.kind === 'held') throw new Error('held');
    return entered.pass;
  };
  return { gate, clock, holds, enter, pass };
}

describe('the gate', () => {
  it('lets as many calls begin within any second as it is told, and not one more', async () => {
    const { enter, clock } = open(3);
    const starts: number[] = [];
    for (let call = 0; call < 10; call += 1) {
      await enter();
      starts.push(clock.now() - NOON);
    }
    expect(starts).toEqual([0, 0, 0, 1020, 1020, 1020, 2040, 2040, 2040, 3060]);
  });

  it('gives those that ask at the same time places one after the other', async () => {
    const clock = standingClock();
    const sleeps: number[] = [];
    const asleep = { ...clock, sleep: async (ms: number) => void sleeps.push(ms) };
    const gate = createGate({ clock: asleep, callsPerSecond: 2, onHold: () => undefined });
    await Promise.all(Array.from({ length: 5 }, () => gate.enter(plentyOfTime(clock))));
    expect(sleeps).toEqual([1020, 1020, 2040]);
  });

  it.each([
    ['429', new RefusedForNow('', { status: 429, answer: '' }), 'throttled 5000'],
    [
      '503 with Retry-After',
      new RefusedForNow('', { status: 503, answer: '', retryAfterMs: 30_000 }),
      'throttled 30000',
    ],
    ['401', new AccountRefused('', { status: 401, answer: '' }), 'account_fault 5000'],
  ])('holds after %s, and says so once', async (_, error, hold) => {
    const { pass, enter, holds } = open();
    const passes = [await pass(), await pass()];
    for (const one of passes) one.used(error);
    expect(holds).toEqual([hold]);
    expect(await enter()).toMatchObject({ kind: 'held' });
  });

  it.each([500, 409, 423, 403])(
    'does not hold after %i, not even with Retry-After: it speaks of one image',
    async (status) => {
      const { pass, enter } = open();
      const error = new RefusedForNow('', { status, answer: '', retryAfterMs: 3_600_000 });
      for (let call = 0; call < 10; call += 1) (await pass()).used(error);
      expect(await enter()).toMatchObject({ kind: 'go' });
    },
  );

  it('lets a single probe go of those whose place came after a hold had ended', async () => {
    const clock = standingClock();
    const wakes: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => wakes.push(resolve));
    const gate = createGate({ clock: { ...clock, sleep }, callsPerSecond: 1, onHold: () => undefined });
    const limits = plentyOfTime(clock);
    const first = await gate.enter(limits);
    const waiting = [gate.enter(limits), gate.enter(limits), gate.enter(limits)];
    if (first.kind === 'go') first.pass.used(new RefusedForNow('', { status: 429, answer: '' }));
    clock.set(NOON + 5000);
    for (const wake of wakes) wake();
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['go', 'held', 'held']);
  });

  it('goes on with one probe, and with all once it is answered', async () => {
    const { pass, enter, clock } = open();
    for (let miss = 0; miss < 3; miss += 1) (await pass()).used(new EndpointNotReached(''));
    clock.set(NOON + 5000);
    const probe = await pass();
    expect(await enter()).toEqual({ kind: 'held', ms: 5000 });
    probe.used();
    expect(await enter()).toMatchObject({ kind: 'go' });
  });

  it('hands the probe on when it was not made, and only then', async () => {
    const { pass, enter, clock, holds } = open();
    const early = await pass();
    (await pass()).used(new AccountRefused('', { status: 401, answer: '' }));
    clock.set(NOON + 5000);
    (await pass()).returned();
    const probe = await pass();
    early.returned();
    expect(await enter()).toMatchObject({ kind: 'held' });
    probe.used(new CallNotStarted(''));
    const last = await pass();
    last.used();
    last.returned();
    expect(await enter()).toMatchObject({ kind: 'go' });
    expect(holds).toHaveLength(1);
  });

  it('holds a call whose place came after a hold began', async () => {
    const { gate, clock, pass } = open(1);
    const first = await pass();
    const waiting = gate.enter(plentyOfTime(clock));
    first.used(new RefusedForNow('', { status: 429, answer: '' }));
    expect(await waiting).toMatchObject({ kind: 'held' });
  });
});
