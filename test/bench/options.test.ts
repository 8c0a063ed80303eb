import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../bench/options.ts';

describe('npm run bench', () => {
  it('without more runs every part under the Node that it is run by', () => {
    expect(parseOptions([])).toEqual({
      parts: ['cold', 'batch', 'counts', 'door', 'growth'],
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
});
