import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a process is held to a quarter of a core, as Lambda holds a function of some 440 MB once INIT is over. */
export interface QuarterCore {
  /** For the report. */
  readonly how: string;
  /** @returns how to let go of it */
  hold(pid: number): () => void;
}

// Lambda's own period is 20 ms.
const PERIOD_MS = 20;
const RUNS_MS = 5;

/** A control group where one may be made (Linux, as root); elsewhere the process is stopped three quarters of the time. */
export function quarterCore(): QuarterCore {
  return controlGroup() ?? { how: 'stopped for 15 of every 20 ms by SIGSTOP, also while it waits', hold: stopAndGo };
}

// Version 1 and version 2 say the same in different files.
const VERSIONS = [
  { root: '/sys/fs/cgroup/cpu', settings: { 'cpu.cfs_period_us': '20000', 'cpu.cfs_quota_us': '5000' } },
  { root: '/sys/fs/cgroup', settings: { 'cpu.max': '5000 20000' } },
];

function controlGroup(): QuarterCore | undefined {
  for (const { root, settings } of VERSIONS) {
    const group = join(root, `bench-${process.pid}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      for (const [file, value] of Object.entries(settings)) {
        // Never made here: a folder without such a file is no control group.
        writeFileSync(join(group, file), value, { flag: 'r+' });
      }
    } catch {
      rmdirSync(group);
      continue;
    }
    process.once('exit', () => removeIfEmpty(group));
    const move = (into: string, pid: number) => writeFileSync(join(into, 'cgroup.procs'), String(pid));
    return {
      how: 'a control group with 5 ms of CPU in every 20 ms',
      hold(pid) {
        move(group, pid);
        return () => move(root, pid);
      },
    };
  }
  return undefined;
}

/** A process that was held when this one was ended may still be in it. */
function removeIfEmpty(group: string): void {
  try {
    rmdirSync(group);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}

function stopAndGo(pid: number): () => void {
  const go = () => process.kill(pid, 'SIGCONT');
  const timer = setInterval(() => {
    go();
    setTimeout(() => process.kill(pid, 'SIGSTOP'), RUNS_MS);
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    setTimeout(go, RUNS_MS + 1);
  };
}
