import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Peaks of resident memory in MB, by what a process is. */
export interface Memory {
  /** Of the first half of the time, and of the second. */
  readonly [process: string]: readonly [first: number, second: number];
}

const EVERY_MS = 5000;

/** Watches this process and its children, the functions' processes, until it is ended. Needs `ps`. */
export function watchMemory() {
  const samples: { readonly at: number; readonly name: string; readonly mb: number }[] = [];
  const began = Date.now();

  async function look(): Promise<void> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,rss=,args=']);
    for (const line of stdout.split('\n')) {
      const [pid, parent, rss, ...args] = line.trim().split(/\s+/);
      const name = nameOf(Number(pid), Number(parent), args);
      if (name !== undefined) samples.push({ at: Date.now(), name, mb: Math.round(Number(rss) / 1024) });
    }
  }
  const looking = setInterval(() => void look().catch(() => {}), EVERY_MS);

  return {
    end(): Memory {
      clearInterval(looking);
      const half = began + (Date.now() - began) / 2;
      const byName = Map.groupBy(samples, ({ name }) => name);
      return Object.fromEntries(
        [...byName].map(([name, all]) => [
          name,
          [peak(all.filter(({ at }) => at < half)), peak(all.filter(({ at }) => at >= half))] as const,
        ]),
      );
    },
  };
}

function nameOf(pid: number, parent: number, args: readonly string[]): string | undefined {
  if (pid === process.pid) return 'stand-ins and load';
  if (parent !== process.pid || !args.some((arg) => arg.endsWith('bootstrap.ts'))) return undefined;
  return `functions of ${args.find((arg) => arg.startsWith('--max-old-space-size='))?.split('=')[1]} MB`;
}

const peak = (samples: readonly { readonly mb: number }[]) => Math.max(0, ...samples.map(({ mb }) => mb));
