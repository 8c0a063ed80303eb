import { describe, expect, it } from 'vitest';
import type { FileClaim, FileLease, FileLedger } from '../../../../../functions/core/batch/ports.ts';
import { createHoldFile, FileTakenOver } from '../../../../../functions/core/batch/uploads/file-lease.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const upload = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };

/** One file's item. */
function aFile() {
  const clock = standingClock();
  let item: { owner: string; until: number; isFinished: boolean } | undefined;
  let runs = 0;
  const isMine = ({ owner }: FileLease) => item?.owner === owner && !item.isFinished;
  const files: Pick<FileLedger, 'claim' | 'prolong' | 'finish'> = {
    async claim({ owner }, until): Promise<FileClaim> {
      if (item?.isFinished) return { kind: 'finished' };
      if (item !== undefined && item.until > clock.now()) return { kind: 'leased', until: item.until };
      item = { owner, until, isFinished: false };
      runs += 1;
      return { kind: 'claimed', runs: { startedAt: NOON, runs } };
    },
    async prolong(lease, until) {
      if (item === undefined || !isMine(lease)) return false;
      item.until = until;
      return true;
    },
    async finish(lease) {
      if (item === undefined || !isMine(lease)) return false;
      item.isFinished = true;
      return true;
    },
  };
  let owners = 0;
  const randomId = () => {
    owners += 1;
    return `run-${owners}`;
  };
  const hold = createHoldFile({ files, clock, randomId });
  const until = () => item?.until;
  return { clock, until, hold: () => hold(upload, plentyOfTime(clock)) };
}

async function held(file: ReturnType<typeof aFile>) {
  const holding = await file.hold();
  if ('why' in holding) throw new Error(holding.why);
  return holding;
}

describe('a file in the hands of a run', () => {
  it('stays there for as long as the run is heard of', async () => {
    const file = aFile();
    const { keep } = await held(file);
    file.clock.set(NOON + 10_000);
    await keep();
    expect(file.until()).toBe(NOON + 60_000);
    file.clock.set(NOON + 20_000);
    await keep();
    expect(file.until()).toBe(NOON + 80_000);
    file.clock.set(NOON + 30_000);
    await keep();
    expect(file.until()).toBe(NOON + 80_000);
  });

  it('is waited for once: the lease of a run that died ends, and one that is prolonged meanwhile is another run’s', async () => {
    const file = aFile();
    await held(file);
    expect((await held(file)).runs.runs).toBe(2);
    expect(file.clock.now()).toBe(NOON + 61_000);
  });

  it('is not read by two: who is still heard of keeps it', async () => {
    const file = aFile();
    const { keep } = await held(file);
    const { sleep } = file.clock;
    Object.assign(file.clock, {
      async sleep(ms: number) {
        file.clock.set(NOON + 30_000);
        await keep();
        await sleep(ms - 30_000);
      },
    });
    expect(await file.hold()).toEqual({ why: 'another run is at it' });
  });

  it('that another has taken over ends the run, which neither prolongs nor finishes it', async () => {
    const file = aFile();
    const { keep, finish } = await held(file);
    await held(file);
    await expect(keep()).rejects.toThrow(FileTakenOver);
    await expect(finish()).rejects.toThrow(FileTakenOver);
  });

  it('that a failed run let go of is taken at once, and one that is finished never', async () => {
    const file = aFile();
    await (await held(file)).release();
    const next = await held(file);
    expect(file.clock.now()).toBe(NOON);
    await next.finish();
    expect(await file.hold()).toEqual({ why: 'this version was read before' });
  });
});
