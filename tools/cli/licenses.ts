import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { PROJECT } from '../contract/project.ts';

/**
 * What the licenses of others ask whoever hands on their code to hand on with it: the text of each, once, below the packages that
 * have it. Those under the project's own license are named alone, since its text is beside the bundle.
 * @param metafiles of the bundles, with paths from the project's root
 */
export function licensesOf(metafiles: readonly Metafile[]): string {
  const packages = [
    ...new Set(metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(foldersIn))),
  ].toSorted();
  const sections = Map.groupBy(packages.map(packageIn), ({ text }) => text);
  return [...sections].map(([text, same]) => `${same.map(({ name }) => name).join('\n')}\n\n${text}\n`).join('\n\n');
}

function foldersIn({ inputs }: Metafile['outputs'][string]): readonly string[] {
  const kept = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return kept.flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
}

/** @throws Error when a package has no text of its license, and not the project's own */
function packageIn(folder: string): { readonly name: string; readonly text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
  const named = `${name} ${version} (${license})`;
  if (license === 'Apache-2.0') return { name: named, text: 'The text of their license is in LICENSE.' };
  const file = readdirSync(join(PROJECT, folder)).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${folder} has no file with its license ${license}`);
  return { name: named, text: readFileSync(join(PROJECT, folder, file), 'utf8').trim() };
}
