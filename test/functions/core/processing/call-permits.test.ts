import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  CallNotStarted,
  ConnectionLost,
  EndpointNotReached,
  GatewayFailed,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../../functions/core/errors.ts';
import { type CallPermit, createCallPermits } from '../../../../functions/core/processing/call-permits.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

function open(callsPerSecond = 20) {
  const clock = standingClock();
  const openings: string[] = [];
  const permits = createCallPermits({
    clock,
    callsPerSecond,
    onOpen: (reason, ms) => openings.push(`${reason} ${ms}`),
  });
  const acquire = () => permits.acquire(plentyOfTime(clock));
  const permit = async () => {
    const acquired = await acquire();
    if (acquired.kind === 'open') throw new Error('the circuit breaker is open');
    return acquired.permit;
  };
  return { permits, clock, openings, acquire, permit };
}

describe('call permits', () => {
  it('are granted up to the limit within any second, and not once more', async () => {
    const { acquire, clock } = open(3);
    const starts: number[] = [];
    for (let call = 0; call < 10; call += 1) {
      await acquire();
      starts.push(clock.now() - NOON);
    }
    expect(starts).toEqual([0, 0, 0, 1020, 1020, 1020, 2040, 2040, 2040, 3060]);
  });

  it.each([
    ['in time goes on at once', 1019, 1019],
    ['a second late waits behind the calls that went by meanwhile', 3000, 4020],
  ])('that are used %s', async (_, usedAt, begunAt) => {
    const { permit, clock } = open(2);
    const [one, early] = [await permit(), await permit()];
    early.sent();
    clock.set(NOON + usedAt);
    if (usedAt > 1020) for (const other of [await permit(), await permit()]) other.sent();
    await one.renewIfLate(plentyOfTime(clock));
    one.sent();
    expect(clock.now() - NOON).toBe(begunAt);
  });

  it('are granted one after the other to those that ask at the same time', async () => {
    const clock = standingClock();
    const asleep: { readonly until: number; readonly wake: () => void }[] = [];
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => asleep.push({ until: clock.now() + ms, wake: resolve }));
    const permits = createCallPermits({ clock: { ...clock, sleep }, callsPerSecond: 2, onOpen: () => undefined });
    const granted: number[] = [];
    const asking = Array.from({ length: 5 }, async () => {
      await permits.acquire(plentyOfTime(clock));
      granted.push(clock.now() - NOON);
    });
    for (const ms of [0, 1020, 2040]) {
      clock.set(NOON + ms);
      for (const { until, wake } of asleep) if (until <= clock.now()) wake();
      await new Promise(setImmediate);
    }
    await Promise.all(asking);
    expect(granted).toEqual([0, 0, 1020, 1020, 2040]);
  });

  it('are granted a second after the call before was sent, which may be later than it was allowed', async () => {
    const { acquire, permit, clock } = open(1);
    const late = await permit();
    clock.set(NOON + 300);
    late.sent();
    await acquire();
    expect(clock.now() - NOON).toBe(1320);
  });

  it('are granted later when the call before is sent during the wait', async () => {
    const clock = standingClock();
    const sleeps: number[] = [];
    let late: CallPermit | undefined;
    const sleep = async (ms: number) => {
      if (sleeps.push(ms) === 1) {
        clock.set(NOON + 300);
        late?.sent();
      }
      clock.set(NOON + 1020 + (sleeps.length - 1) * 300);
    };
    const permits = createCallPermits({ clock: { ...clock, sleep }, callsPerSecond: 1, onOpen: () => undefined });
    const first = await permits.acquire(plentyOfTime(clock));
    if (first.kind === 'granted') late = first.permit;
    await permits.acquire(plentyOfTime(clock));
    expect(sleeps).toEqual([1020, 300]);
  });

  it.each([
    ['429', new RefusedForNow('', { status: 429, response: '' }), 'throttled 5000'],
    [
      '503 with Retry-After',
      new RefusedForNow('', { status: 503, response: '', retryAfterMs: 30_000 }),
      'throttled 30000',
    ],
    ['401', new AccountRefused('', { status: 401, response: '' }), 'account_fault 5000'],
  ])('openings after %s, and says so once', async (_, error, opening) => {
    const { permit, acquire, openings } = open();
    const granted = [await permit(), await permit()];
    for (const one of granted) one.complete(error);
    expect(openings).toEqual([opening]);
    expect(await acquire()).toMatchObject({ kind: 'open' });
  });

  it.each([500, 409, 423, 403])(
    'are granted after %i, even with Retry-After: it speaks of one image',
    async (status) => {
      const { permit, acquire } = open();
      const error = new RefusedForNow('', { status, response: '', retryAfterMs: 3_600_000 });
      for (let call = 0; call < 10; call += 1) (await permit()).complete(error);
      expect(await acquire()).toMatchObject({ kind: 'granted' });
    },
  );

  it('are granted after a 503 that asks for no wait: the endpoint failed, and does not throttle', async () => {
    const { permit, acquire, openings } = open();
    for (let call = 0; call < 10; call += 1)
      (await permit()).complete(new RefusedForNow('', { status: 503, response: '' }));
    expect([(await acquire()).kind, openings]).toEqual(['granted', []]);
  });

  it.each([
    ['no connection', new EndpointNotReached('')],
    ['no response', new ResponseTimedOut('')],
    ['a broken connection', new ConnectionLost('')],
    ["a gateway's 502", new GatewayFailed('', { status: 502, response: '' })],
  ])('end after three calls in a row with %s', async (_, error) => {
    const { permit, acquire, openings } = open();
    for (let call = 0; call < 2; call += 1) (await permit()).complete(error);
    expect((await acquire()).kind).toBe('granted');
    (await permit()).complete(error);
    expect([await acquire(), openings]).toEqual([{ kind: 'open', ms: 5000 }, ['unreachable 5000']]);
  });

  it('are granted to the probe although it has to wait for its turn', async () => {
    const { permit, acquire, clock } = open(1);
    const [throttled, late] = [await permit(), await permit()];
    throttled.complete(new RefusedForNow('', { status: 429, response: '' }));
    clock.set(clock.now() + 4900);
    late.sent();
    clock.set(clock.now() + 100);
    const asked = clock.now();
    expect(await acquire()).toMatchObject({ kind: 'granted' });
    expect(clock.now() - asked).toBe(920);
  });

  it('are waited for no longer than the invocation lasts', async () => {
    const clock = standingClock();
    let sleeps = 0;
    const sleep = async () => {
      sleeps += 1;
      if (sleeps > 3) throw new Error('it waits on');
    };
    const permits = createCallPermits({ clock: { ...clock, sleep }, callsPerSecond: 1, onOpen: () => undefined });
    const limits = { ...plentyOfTime(clock), signal: AbortSignal.abort() };
    await permits.acquire(limits);
    await permits.acquire(limits);
    expect(sleeps).toBe(0);
  });

  it('are granted to a single probe of those whose turn came when the open time was over', async () => {
    const clock = standingClock();
    const wakes: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => wakes.push(resolve));
    const permits = createCallPermits({ clock: { ...clock, sleep }, callsPerSecond: 1, onOpen: () => undefined });
    const limits = plentyOfTime(clock);
    const first = await permits.acquire(limits);
    const waiting = [permits.acquire(limits), permits.acquire(limits), permits.acquire(limits)];
    if (first.kind === 'granted') first.permit.complete(new RefusedForNow('', { status: 429, response: '' }));
    clock.set(NOON + 5000);
    for (const wake of wakes) wake();
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['granted', 'open', 'open']);
  });

  it('are granted to one probe, and to all after its response', async () => {
    const { permit, acquire, clock } = open();
    for (let miss = 0; miss < 3; miss += 1) (await permit()).complete(new EndpointNotReached(''));
    clock.set(NOON + 5000);
    const probe = await permit();
    expect(await acquire()).toEqual({ kind: 'open', ms: 5000 });
    probe.complete();
    expect(await acquire()).toMatchObject({ kind: 'granted' });
  });

  it('pass the probe on when it was not made, and only then', async () => {
    const { permit, acquire, clock, openings } = open();
    const early = await permit();
    (await permit()).complete(new AccountRefused('', { status: 401, response: '' }));
    clock.set(NOON + 5000);
    (await permit()).release();
    const probe = await permit();
    early.release();
    expect(await acquire()).toMatchObject({ kind: 'open' });
    probe.complete(new CallNotStarted(''));
    const last = await permit();
    last.complete();
    last.release();
    expect(await acquire()).toMatchObject({ kind: 'granted' });
    expect(openings).toHaveLength(1);
  });

  it('are not granted to a waiting call after the circuit breaker opened', async () => {
    const { permits, clock, permit } = open(1);
    const first = await permit();
    const waiting = permits.acquire(plentyOfTime(clock));
    first.complete(new RefusedForNow('', { status: 429, response: '' }));
    expect(await waiting).toMatchObject({ kind: 'open' });
  });

  it('leave the decision to the probe, whatever an older call comes to meanwhile', async () => {
    for (const ofOld of [new EndpointNotReached(''), undefined]) {
      const { permit, acquire, clock, openings } = open();
      const old = await permit();
      for (let miss = 0; miss < 3; miss += 1) (await permit()).complete(new EndpointNotReached(''));
      clock.set(NOON + 5000);
      const probe = await permit();
      old.complete(ofOld);
      expect(await acquire()).toEqual({ kind: 'open', ms: 5000 });
      probe.complete();
      expect(await acquire()).toMatchObject({ kind: 'granted' });
      expect(openings).toHaveLength(1);
    }
  });
});
