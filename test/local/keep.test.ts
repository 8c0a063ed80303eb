import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimDirectory, DirectoryInUse } from '../../local/keep.ts';
import { temporaryDirectory } from './support/temporary.ts';

it('a directory belongs to one service at a time, and is made when it is not there', async () => {
  const directory = join(await temporaryDirectory(), 'not', 'there');
  const release = claimDirectory(directory);
  expect(() => claimDirectory(directory)).toThrow(DirectoryInUse);
  expect(() => claimDirectory(directory)).toThrow(`${directory} is in use by another running service`);
  release();
  claimDirectory(directory)();
});
