import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../bench/options.ts';

describe('npm run bench', () => {
  it('without more runs every part under the Node that it is run by', () => {
    expect(parseOptions([])).toEqual({
      parts: ['cold', 'batch', 'counts', 'http', 'growth', 'check', 'lookup', 'flood', 'bulk', 'fairness'],
      runtime: process.execPath,
      full: false,
      document: false,
    });
  });

  it('takes parts and another runtime', () => {
    const options = parseOptions(['cold', 'counts', '--runtime', '/opt/bootstrap']);
    expect(options).toMatchObject({ parts: ['cold', 'counts'], runtime: '/opt/bootstrap' });
  });

  it('says which parts there are when one is unknown', () => {
    expect(() => parseOptions(['speed'])).toThrow(/a part must be one of cold, batch, counts, .*, got speed/);
  });

  it.each([
    [
      'main.ts',
      ['speed'],
      'a part must be one of cold, batch, counts, http, growth, check, lookup, flood, bulk, fairness, got speed\n',
    ],
    ['main.ts', ['--fast'], "Unknown option '--fast'; there are --full, --document, --runtime and --help\n"],
    ['uploads.ts', ['--fast'], 'LINES must be a multiple of 10, got --fast\n'],
    ['uploads.ts', ['5'], 'LINES must be a multiple of 10, got 5\n'],
  ])('%s ends with one sentence, given %j', (file, words, sentence) => {
    const program = join(import.meta.dirname, '../../bench', file);
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([2, '', sentence]);
  });

  it.each([
    ['bench/main.ts', 'npm run bench -- [parts] [--full] [--document] [--runtime PATH]'],
    ['bench/uploads.ts', 'npm run bench:uploads -- [LINES]'],
    ['chaos/main.ts', 'npm run chaos -- [options]'],
    ['tools/contract/main.ts', 'npm run contract'],
  ])('%s shows its usage when asked, and runs nothing', (program, usage) => {
    const words = [join(import.meta.dirname, '../..', program), '--help'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect([status, stdout.split('\n')[0], stderr]).toEqual([0, usage, '']);
  });
});
