import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** What a checkout has of the code that the simulator runs. */
const PARTS = ['chaos', 'functions', 'infra', 'package.json'];

/** A checkout of another version: of this one, with a change. */
function checkout(file: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'version-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const text = readFileSync(join(folder, file), 'utf8');
  writeFileSync(join(folder, file), change(text));
  return folder;
}

function chaosBeside(folder: string) {
  const args = ['chaos/main.ts', '--first', '4', '--seeds', '1', '--requests', '60', '--beside', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

describe('two versions at once', () => {
  it('keep every promise where what they write is the same', () => {
    const { status, text } = chaosBeside(checkout('package.json', (json) => json));
    expect(status, text).toBe(0);
    expect(text).toContain('every promise was kept');
  });

  it('are noticed where one does not know what the other has written', () => {
    const otherFingerprint = (text: string) =>
      text.replace('sha256(imageId, canonical', "sha256('other', imageId, canonical");
    const { status, text } = chaosBeside(checkout('functions/core/request/reprocess-request.ts', otherFingerprint));
    expect(status, text).toBe(1);
    expect(text).toContain('a promise was broken');
  });
});
