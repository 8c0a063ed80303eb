import { readFileSync } from 'node:fs';

/** The most memory that this process has had resident so far, in MB. */
export function peakMb(): number {
  // Linux's maxRSS begins with that of the process that started this one (getrusage(2): preserved across execve).
  return process.platform === 'linux' ? highWaterMarkKb() / 1024 : process.resourceUsage().maxRSS / 1024;
}

function highWaterMarkKb(): number {
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kb === undefined) throw new Error('/proc/self/status says no VmHWM');
  return Number(kb);
}
