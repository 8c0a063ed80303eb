import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** What a deploy is made from. */
const PARTS: readonly string[] = [
  'infra',
  'functions',
  'console',
  'client/src',
  'cli/src',
  'operate',
  'local',
  'cdk.json',
  'package.json',
];

/** Another copy of the project, or of these parts, to be changed at will; it goes with the test. @returns its folder */
export function copyOfProject(parts = PARTS): string {
  const folder = lastingCopy(parts);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A copy that several tests share. Whoever has it made removes it. */
export function lastingCopy(parts = PARTS): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  for (const part of parts) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs Node in a folder, where the stages are those of its own files. */
export function runIn(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { CDK_CONTEXT_JSON: _, ...own } = process.env;
  const env = { ...own, HOME: join(folder, 'home'), ...environment };
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
}

/** Writes stages into the cdk.json of a copy. */
export function writeStages(folder: string, stages: object): void {
  const file = join(folder, 'cdk.json');
  const { context, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...rest, context: { ...context, stages } }, null, 2)}\n`);
}

/** A copy of the project that has these stages. @returns how to run Node in it */
export function copyWithStages(stages: object) {
  const folder = copyOfProject();
  writeStages(folder, stages);
  return (...args: readonly string[]) => runIn(folder, args);
}
