import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PEAK = join(import.meta.dirname, '../../bench/machine/peak-memory.ts');
/** Prints the peak, after it has filled so many MB. */
const printing = (mb: number) =>
  `const { peakMb } = await import(${JSON.stringify(PEAK)}); const filled = Buffer.alloc(${mb} * 1024 * 1024, 1); console.log(peakMb());`;
const node = (script: string) => execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString();

it('the peak of a process’s memory is its own, whatever the process that started it had', () => {
  const child = JSON.stringify(['--input-type=module', '-e', printing(0)]);
  const parent = `${printing(300)} const { execFileSync } = await import('node:child_process');
    console.log(execFileSync(process.execPath, ${child}).toString());`;
  const [ofParent, ofChild] = node(parent).split('\n').map(Number);
  expect(ofParent).toBeGreaterThan(300);
  expect(ofChild).toBeGreaterThan(20);
  expect(ofChild).toBeLessThan(300);
});
