import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPauseStore } from '../../../../../functions/adapters/ledger/account/pause.ts';
import { pauseStatus } from '../../../../../functions/core/budget/pause-status.ts';
import type { PauseStore } from '../../../../../functions/core/budget/ports.ts';
import type { Limits } from '../../../../../functions/core/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const MINUTE = 60_000;
const RESET = NOON + 60 * MINUTE;

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let clock: ReturnType<typeof standingClock>;
let limits: Limits;
let pauses: PauseStore;

beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  clock = standingClock();
  limits = plentyOfTime(clock);
  pauses = createPauseStore({ send: database.client.send.bind(database.client), table: database.table, clock });
});
afterEach(() => {
  clock.set(0);
  return pauses.resume(limits);
});

const status = async () => pauseStatus(await pauses.read(limits), clock.now());
const evidence = { detail: 'Daily limit reached', calledAt: NOON - 1000, until: RESET };
const probe = (id: string) => ({ id, imageId: `image of ${id}`, until: clock.now() + 2 * MINUTE });

describe('a pause of the account', () => {
  it('is none at first', async () => expect(await status()).toEqual({ kind: 'clear' }));

  it('by a person ends at its end, or when a person resumes', async () => {
    await pauses.setPerson({ detail: 'bill unpaid', since: NOON, until: NOON + MINUTE }, limits);
    expect(await status()).toMatchObject({ kind: 'paused', pause: { reason: 'person', detail: 'bill unpaid' } });
    clock.set(NOON + MINUTE);
    expect(await status()).toEqual({ kind: 'clear' });
    await pauses.setPerson({ detail: 'bill unpaid', since: NOON }, limits);
    clock.set(NOON + 1e12);
    expect(await status()).toMatchObject({ kind: 'paused' });
    await pauses.resume(limits);
    expect(await status()).toEqual({ kind: 'clear' });
  });

  it('for evidence lasts until the reset, and is not begun again by more of it', async () => {
    expect(await pauses.pauseFor(evidence, limits)).toBe(true);
    expect(await pauses.pauseFor(evidence, limits)).toBe(false);
    expect(await pauses.pauseFor({ ...evidence, until: RESET - MINUTE }, limits)).toBe(false);
    expect(await status()).toMatchObject({ kind: 'paused', pause: { reason: 'daily_limit', until: RESET } });
    expect((await pauses.read(limits)).evidence).toEqual({ detail: 'Daily limit reached', since: NOON, until: RESET });
    await pauses.setPerson({ detail: 'x', since: NOON, until: NOON + MINUTE }, limits);
    expect(await pauses.pauseFor({ ...evidence, until: RESET + MINUTE }, limits)).toBe(true);
    expect(await status()).toMatchObject({ pause: { reason: 'person' } });
    clock.set(NOON + MINUTE);
    expect(await status()).toMatchObject({ pause: { reason: 'daily_limit' } });
  });

  it('that a person ended is not begun again by calls from before', async () => {
    await pauses.pauseFor(evidence, limits);
    clock.set(NOON + MINUTE);
    await pauses.resume(limits);
    for (const calledAt of [NOON, NOON + MINUTE])
      expect(await pauses.pauseFor({ ...evidence, calledAt }, limits)).toBe(false);
    expect(await pauses.pauseFor({ ...evidence, calledAt: NOON + MINUTE + 1 }, limits)).toBe(true);
  });

  it('that a person ends leaves nothing behind, whatever was under way', async () => {
    await pauses.pauseFor(evidence, limits);
    await pauses.setPerson({ detail: 'bill unpaid', since: NOON }, limits);
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.probeSent('a', RESET + 15 * MINUTE, limits);
    await pauses.resume(limits);
    expect(await pauses.read(limits)).toEqual({});
    await pauses.pauseFor({ ...evidence, calledAt: NOON + 1 }, limits);
    await pauses.claimProbe(probe('b'), RESET, limits);
    expect((await pauses.read(limits)).probe).toMatchObject({ id: 'b', isSent: false });
  });
});

describe('after the reset', () => {
  beforeEach(async () => {
    await pauses.pauseFor(evidence, limits);
    clock.set(RESET);
  });

  it('one call probes, of however many that ask', async () => {
    expect(await status()).toEqual({ kind: 'probe_due', pausedUntil: RESET });
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, index) => pauses.claimProbe(probe(`p${index}`), RESET, limits)),
    );
    expect(claims.filter((isMine) => isMine)).toHaveLength(1);
    expect(await status()).toMatchObject({ kind: 'probing', pause: { until: RESET + 2 * MINUTE } });
  });

  it('what a person paused while a call probed stays paused when its image is finished', async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.probeSent('a', RESET + 15 * MINUTE, limits);
    await pauses.setPerson({ detail: 'bill unpaid', since: RESET }, limits);
    expect(await pauses.endProbe('image of a', limits)).toBe(true);
    expect(await pauses.read(limits)).toEqual({ person: { detail: 'bill unpaid', since: RESET } });
  });

  it('a call that knows of an earlier pause alone does not probe', async () => {
    expect(await pauses.claimProbe(probe('a'), RESET - MINUTE, limits)).toBe(false);
    expect(await status()).toMatchObject({ kind: 'probe_due' });
  });

  it('another call probes when the first was not accepted, or its function died', async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.releaseProbe('a', limits);
    expect(await status()).toMatchObject({ kind: 'probe_due' });
    await pauses.claimProbe(probe('b'), RESET, limits);
    clock.set(RESET + 2 * MINUTE);
    expect(await status()).toMatchObject({ kind: 'probe_due' });
    expect(await pauses.claimProbe(probe('c'), RESET, limits)).toBe(true);
    await pauses.releaseProbe('b', limits);
    expect(await status()).toMatchObject({ kind: 'probing' });
  });

  it('a claim whose response was lost is known by its id', async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    expect(await pauses.claimProbe(probe('a'), RESET, limits)).toBe(true);
  });

  it("the probe's completion ends the pause, and no other image's does", async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.probeSent('a', RESET + 15 * MINUTE, limits);
    await pauses.releaseProbe('a', limits);
    expect(await pauses.endProbe('another', limits)).toBe(false);
    clock.set(RESET + 10 * MINUTE);
    expect(await status()).toMatchObject({ kind: 'probing' });
    await pauses.probeSent('another', RESET + 99 * MINUTE, limits);
    expect((await pauses.read(limits)).probe).toMatchObject({ until: RESET + 15 * MINUTE });
    expect(await pauses.endProbe('image of a', limits)).toBe(true);
    expect(await status()).toEqual({ kind: 'clear' });
    // Nor do calls from before begin it again.
    const late = { ...evidence, calledAt: RESET + 9 * MINUTE, until: RESET + 60 * MINUTE };
    expect(await pauses.pauseFor(late, limits)).toBe(false);
    expect(await pauses.pauseFor({ ...late, calledAt: RESET + 11 * MINUTE }, limits)).toBe(true);
  });

  it('the pause begins anew when the probe failed for the limit too', async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.probeSent('a', RESET + 15 * MINUTE, limits);
    const next = { detail: 'again', calledAt: RESET, until: RESET + 86_400_000 };
    expect(await pauses.pauseFor(next, limits)).toBe(true);
    expect(await pauses.read(limits)).not.toHaveProperty('probe');
    expect(await status()).toMatchObject({ kind: 'paused', pause: { detail: 'again' } });
  });

  it('the pause is over when the completion never comes', async () => {
    await pauses.claimProbe(probe('a'), RESET, limits);
    await pauses.probeSent('a', RESET + 15 * MINUTE, limits);
    clock.set(RESET + 15 * MINUTE);
    expect(await status()).toEqual({ kind: 'clear' });
    expect(await pauses.claimProbe(probe('b'), RESET, limits)).toBe(false);
  });
});
