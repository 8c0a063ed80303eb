import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Limits a process to a share of a core, as Lambda limits a function after INIT. */
export interface CoreShare {
  /** For the report. */
  readonly how: string;
  /** @returns a function that ends the limit */
  limit(pid: number): () => void;
}

// Lambda's own period is 20 ms.
const PERIOD_MS = 20;
/** MB that have one core (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MB_OF_A_CORE = 1769;

/** The share of a core that a function of so many MB has. */
export const shareOfMemory = (mb: number): number => Math.min(1, mb / MB_OF_A_CORE);

/** Those that were made, to be removed at the exit. */
const groups: string[] = [];

/** A cgroup where one may be made (Linux, as root); elsewhere the process is stopped for the rest of the time. */
export function coreShare(share: number): CoreShare {
  const runsMs = PERIOD_MS * share;
  const how = `stopped for ${PERIOD_MS - runsMs} of every ${PERIOD_MS} ms by SIGSTOP, also while it waits`;
  return cgroup(runsMs) ?? { how, limit: (pid) => stopAndGo(pid, runsMs) };
}

// Version 1 and version 2 say the same in different files.
function versions(runsMs: number): readonly { readonly root: string; readonly settings: Record<string, string> }[] {
  const [quota, period] = [Math.round(runsMs * 1000), PERIOD_MS * 1000].map(String);
  return [
    { root: '/sys/fs/cgroup/cpu', settings: { 'cpu.cfs_period_us': `${period}`, 'cpu.cfs_quota_us': `${quota}` } },
    { root: '/sys/fs/cgroup', settings: { 'cpu.max': `${quota} ${period}` } },
  ];
}

function cgroup(runsMs: number): CoreShare | undefined {
  for (const { root, settings } of versions(runsMs)) {
    const group = join(root, `bench-${process.pid}-${groups.length}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      for (const [file, value] of Object.entries(settings)) {
        // Never made here: a folder without such a file is no cgroup.
        writeFileSync(join(group, file), value, { flag: 'r+' });
      }
    } catch {
      rmdirSync(group);
      continue;
    }
    if (groups.push(group) === 1) process.once('exit', () => groups.forEach(removeIfEmpty));
    const move = (into: string, pid: number) => writeFileSync(join(into, 'cgroup.procs'), String(pid));
    return {
      how: `a cgroup with ${runsMs} ms of CPU in every ${PERIOD_MS} ms`,
      limit(pid) {
        move(group, pid);
        return () => move(root, pid);
      },
    };
  }
  return undefined;
}

/** A process that was limited when this one ended may still be in it. */
function removeIfEmpty(group: string): void {
  try {
    rmdirSync(group);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}

function stopAndGo(pid: number, runsMs: number): () => void {
  const go = () => process.kill(pid, 'SIGCONT');
  const timer = setInterval(() => {
    go();
    setTimeout(() => process.kill(pid, 'SIGSTOP'), runsMs);
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    setTimeout(go, runsMs + 1);
  };
}
