import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** The line of the table that a copy has something else in place of. */
export const STAGING = '  staging: { ...usual, keepsData: true },\n';

/**
 * Another copy of the project, whose table of stages has other lines where staging's entry stands.
 * @returns how to run Node in it
 */
export function copyWithStages(lines: string) {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of ['infra', 'functions', 'operate', 'local', 'cdk.json', 'package.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const table = join(folder, 'infra/stages.ts');
  const [before = '', after, ...more] = readFileSync(table, 'utf8').split(STAGING);
  if (after === undefined || more.length > 0) throw new Error(`infra/stages.ts must have one line ${STAGING}`);
  writeFileSync(table, before + lines + after);
  return (...args: readonly string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}
