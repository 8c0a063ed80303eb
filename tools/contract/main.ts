import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractDocuments } from './documents.ts';
import { PROJECT } from './project.ts';

for (const [path, text] of Object.entries(contractDocuments())) {
  writeFileSync(join(PROJECT, path), text);
  process.stdout.write(`${path} is written\n`);
}
