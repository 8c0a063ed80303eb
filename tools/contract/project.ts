import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's root. */
export const PROJECT = join(import.meta.dirname, '../..');

const { version, license } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly license: string;
};

/** Facts for both documents. */
export const ABOUT = {
  version,
  license: { name: license, url: 'https://www.apache.org/licenses/LICENSE-2.0' },
} as const;
