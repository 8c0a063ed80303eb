// node tools/release.ts VERSION: what is unreleased in CHANGELOG.md becomes that version's, and is printed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseChangelog } from './changelog.ts';

const file = join(import.meta.dirname, '../CHANGELOG.md');
const today = new Date().toISOString().slice(0, 10);
const { changelog, notes } = releaseChangelog(readFileSync(file, 'utf8'), process.argv[2] ?? '', today);
writeFileSync(file, changelog);
process.stdout.write(notes);
