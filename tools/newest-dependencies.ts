// Prints what `npm install` takes to have the newest version of every dependency: name@latest, but for those below.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Dependencies whose newest version is not for this project. */
export const HELD: Readonly<Record<string, string>> = {
  // 3.0.0 was published by accident, and cannot read what aws-cdk-lib writes.
  'aws-cdk': '2',
  // Of the Node that Lambda runs.
  '@types/node': '24',
};

export function newest(names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}@${HELD[name] ?? 'latest'}`);
}

if (import.meta.main) {
  const file = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(file);
  console.log(newest(Object.keys({ ...dependencies, ...devDependencies })).join(' '));
}
