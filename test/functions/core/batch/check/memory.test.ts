import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { MemoryFigures } from '../../../../support/upload-memory.ts';

const SCRIPT = join(import.meta.dirname, '../../../../support/upload-memory.ts');
/** The function's memory, and what Node makes of it in a container of that size. */
const MEMORY_MB = 512;
const HEAP = '--max-old-space-size=256';

async function read(kind: string, lines: number): Promise<MemoryFigures> {
  const { stdout } = await promisify(execFile)(process.execPath, [HEAP, SCRIPT, kind, String(lines)]);
  return JSON.parse(stdout) as MemoryFigures;
}

describe('a file is checked within the function’s memory', () => {
  it('that has 300,000 bad lines, all of which are listed', async () => {
    const { peakMb, listed, listBytes, rejected, rejections } = await read('bad', 300_000);
    expect(peakMb).toBeLessThan(MEMORY_MB);
    expect([listed, rejected, rejections.length]).toEqual([300_000, 300_000, 20]);
    expect(listBytes).toBeGreaterThan(72_000_000);
  });

  it('that has 1.5 million blank lines before a bad one', async () => {
    const { peakMb, rejections } = await read('blank', 1_500_000);
    expect(peakMb).toBeLessThan(MEMORY_MB);
    expect(rejections).toEqual([expect.objectContaining({ line: 1_500_001 })]);
  });

  it('that is a list of two million numbers, none of which is a request', async () => {
    const { peakMb, listed } = await read('numbers', 2_000_000);
    expect(peakMb).toBeLessThan(MEMORY_MB);
    expect(listed).toBe(2_000_001);
  });
});
