import type { Clock, Limits } from '../../ports.ts';
import type { FileLease, FileLedger, FileRuns } from '../ports.ts';
import { fileIdOf, type Upload } from '../upload.ts';

/** How long a run is believed to be alive after it was last heard of. */
const LEASE_MS = 60_000;
const PROLONG_AFTER_MS = 15_000;
/** A lease that ends is waited for a little longer, since two machines' clocks differ. */
const CLOCK_SKEW_MS = 1000;

/** Another run has taken the file over. */
export class FileTakenOver extends Error {
  override readonly name = 'FileTakenOver';
  readonly code = 'file_taken_over';
}

/** A file in the hands of one run. */
export interface HeldFile {
  readonly runs: FileRuns;
  /** Prolongs the lease when it is time to. @throws FileTakenOver */
  keep(): Promise<void>;
  /** Lets another run begin at once. Never rejects. */
  release(): Promise<void>;
  /** This version is not read again. @throws FileTakenOver */
  finish(): Promise<void>;
}

export type HoldFile = (upload: Upload, limits: Limits) => Promise<HeldFile | { readonly why: string }>;

export interface HoldFileParts {
  readonly files: Pick<FileLedger, 'claim' | 'prolong' | 'finish'>;
  readonly clock: Clock;
  readonly randomId: () => string;
}

/** Lets one run at a time have a file, and each version of it be registered once. */
export function createHoldFile({ files, clock, randomId }: HoldFileParts): HoldFile {
  // Whoever holds the lease is heard of before it ends, or is dead. One look tells nothing: after a crash Lambda invokes
  // the function again while the dead run's lease still stands.
  async function claim(lease: FileLease, limits: Limits) {
    const first = await files.claim(lease, clock.now() + LEASE_MS, limits);
    if (first.kind !== 'leased') return first;
    await clock.sleep(first.until - clock.now() + CLOCK_SKEW_MS, limits.signal);
    return files.claim(lease, clock.now() + LEASE_MS, limits);
  }

  return async (upload, limits) => {
    const lease = { fileId: fileIdOf(upload), owner: randomId() };
    const claimed = await claim(lease, limits);
    if (claimed.kind === 'finished') return { why: 'this version was read before' };
    if (claimed.kind === 'leased') return { why: 'another run is at it' };
    let prolongedAt = clock.now();

    async function prolong(until: number): Promise<void> {
      prolongedAt = clock.now();
      if (!(await files.prolong(lease, until, limits))) throw new FileTakenOver('another run has taken the file over');
    }

    return {
      runs: claimed.runs,
      async keep() {
        if (clock.now() - prolongedAt >= PROLONG_AFTER_MS) await prolong(clock.now() + LEASE_MS);
      },
      release: () => prolong(clock.now()).catch(() => {}),
      async finish() {
        if (!(await files.finish(lease, limits))) throw new FileTakenOver('another run has taken the file over');
      },
    };
  };
}
