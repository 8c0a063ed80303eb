import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFileLedger } from '../../../../../functions/adapters/ledger/batches/files.ts';
import type { FileLedger } from '../../../../../functions/core/batch/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const MINUTE = 60_000;
const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
let files: FileLedger;
beforeAll(async () => {
  database = await startLedgerTable();
  files = createFileLedger({ send: database.client.send.bind(database.client), table: database.table, clock });
});
afterAll(() => database.stop());

let count = 0;
let [first, second] = [aLease('first'), aLease('second')];
beforeEach(() => {
  count += 1;
  clock.set(NOON);
  [first, second] = [aLease('first'), aLease('second')];
});

function aLease(owner: string) {
  return { fileId: `file:${count}`, owner };
}

const claim = (lease: typeof first) => files.claim(lease, clock.now() + MINUTE, limits);

describe('a file', () => {
  it('is one run’s while its lease lives, and the next one’s afterwards, which is told since when it is read', async () => {
    expect(await claim(first)).toEqual({ kind: 'claimed', runs: { startedAt: NOON, runs: 1 } });
    expect(await claim(second)).toEqual({ kind: 'leased', until: NOON + MINUTE });
    clock.set(NOON + MINUTE);
    expect(await claim(second)).toEqual({ kind: 'claimed', runs: { startedAt: NOON, runs: 2 } });
  });

  it('is begun from its first run until one has finished', async () => {
    expect(await files.isBegun(first.fileId, limits)).toBe(false);
    await claim(first);
    expect(await files.isBegun(first.fileId, limits)).toBe(true);
    await files.finish(first, limits);
    expect(await files.isBegun(first.fileId, limits)).toBe(false);
  });

  it('is claimed once more by its own run, which did not hear of its first claim', async () => {
    await claim(first);
    clock.set(NOON + 5000);
    expect(await claim(first)).toEqual({ kind: 'claimed', runs: { startedAt: NOON, runs: 2 } });
    expect(await claim(second)).toEqual({ kind: 'leased', until: NOON + 5000 + MINUTE });
  });

  it('stays with the run that prolongs its lease', async () => {
    await claim(first);
    expect(await files.prolong(first, NOON + 2 * MINUTE, limits)).toBe(true);
    clock.set(NOON + MINUTE);
    expect(await claim(second)).toEqual({ kind: 'leased', until: NOON + 2 * MINUTE });
  });

  it('that another run has taken over is neither prolonged nor finished by the one that lost it', async () => {
    await claim(first);
    clock.set(NOON + MINUTE);
    await claim(second);
    expect(await files.prolong(first, clock.now() + MINUTE, limits)).toBe(false);
    expect(await files.finish(first, limits)).toBe(false);
    expect(await files.finish(second, limits)).toBe(true);
  });

  it('that is finished is not read again, however late', async () => {
    await claim(first);
    // The response to the first attempt may have been lost.
    expect([await files.finish(first, limits), await files.finish(first, limits)]).toEqual([true, true]);
    clock.set(NOON + 60 * MINUTE);
    expect(await claim(second)).toEqual({ kind: 'finished' });
    expect(await files.prolong(first, clock.now() + MINUTE, limits)).toBe(false);
  });

  it('is forgotten 14 days after its last change', async () => {
    const prolong = () => files.prolong(first, NOON + 60 * MINUTE, limits);
    for (const change of [() => claim(first), prolong, () => files.finish(first, limits)]) {
      clock.set(clock.now() + 1000);
      await change();
      expect((await database.item(first.fileId))?.expires_at).toEqual({ N: String(clock.now() / 1000 + 14 * 86_400) });
    }
  });
});
