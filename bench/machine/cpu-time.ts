import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU that a process has used so far, all its threads together. From Linux's scheduler where there is one, else from ps. */
export function cpuMs(pid: number): number {
  return process.platform === 'linux' ? schedulerMs(pid) : psMs(pid);
}

// In ns, where /proc/PID/stat counts whole hundredths of a second. Node's threads live as long as the process.
function schedulerMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const times = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]));
  return times.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

function psMs(pid: number): number {
  const [seconds = 0, minutes = 0, hours = 0] = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], {
    encoding: 'utf8',
  })
    .trim()
    .split(/[:-]/)
    .map(Number)
    .reverse();
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
