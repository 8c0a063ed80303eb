import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractDocuments } from './documents.ts';
import { PROJECT } from './project.ts';

const [option] = process.argv.slice(2);
if (option === '--help') {
  console.log(
    'npm run contract\n\n  Writes docs/openapi.json, docs/asyncapi.json and client/src/contract.ts. It takes no options.',
  );
  process.exit(0);
}
if (option !== undefined) {
  console.error(`npm run contract takes no options, got ${option}`);
  process.exit(2);
}
for (const [path, text] of Object.entries(contractDocuments())) {
  writeFileSync(join(PROJECT, path), text);
  process.stdout.write(`${path} is written\n`);
}
