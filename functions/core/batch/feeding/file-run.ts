import type { Clock, Limits } from '../../ports.ts';
import type { FileLease, FileLedger } from '../ports.ts';
import type { Progress } from '../upload.ts';
import type { ProgressTracker } from './progress.ts';

/** How long a run is believed to be alive after it was last heard of. */
export const LEASE_MS = 60_000;
/** How often it says so: what a crash makes the next run send again is this much. */
const SAVE_EVERY_MS = 15_000;
/** A batch that is sent now has come back, or was given up, before the lease ends. */
const BATCH_MS = 15_000;

const TAKEN_OVER = 'another run has taken the file over';

/** Another run has taken the file over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = 'lease_lost';
}

/** One run of a file, as long as its lease lasts. */
export interface FileRun {
  isOurs(): boolean;
  /** Notes the progress and prolongs the lease, when it is time to. @throws LeaseLost */
  keep(): Promise<void>;
  /** Notes the progress at once. @throws LeaseLost */
  save(progress: Progress): Promise<void>;
  /** Notes the progress and lets the next run begin at once. @throws LeaseLost */
  release(): Promise<void>;
  /** This version is not read again. @throws LeaseLost */
  finish(): Promise<void>;
}

export interface FileRunParts {
  readonly files: FileLedger;
  readonly lease: FileLease;
  readonly tracker: ProgressTracker;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Epoch ms at which the claimed lease ends. */
  readonly leaseUntil: number;
}

export function createFileRun({ files, lease, tracker, clock, limits, ...claimed }: FileRunParts): FileRun {
  let { leaseUntil } = claimed;
  let savedAt = clock.now();

  async function saveUntil(until: number, progress: Progress): Promise<void> {
    savedAt = clock.now();
    if (!(await files.save(lease, progress, until, limits))) throw new LeaseLost(TAKEN_OVER);
    leaseUntil = until;
  }
  const save = (progress: Progress) => saveUntil(clock.now() + LEASE_MS, progress);

  return {
    isOurs: () => clock.now() + BATCH_MS < leaseUntil,
    async keep() {
      if (clock.now() - savedAt >= SAVE_EVERY_MS) await save(tracker.settled);
    },
    save,
    release: () => saveUntil(clock.now(), tracker.settled),
    async finish() {
      if (!(await files.finish(lease, limits))) throw new LeaseLost(TAKEN_OVER);
    },
  };
}
