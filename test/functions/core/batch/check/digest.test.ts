import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDigestingStore } from '../../../../../functions/core/batch/check/digest.ts';
import { inMemoryStore } from '../../../../../functions/core/batch/check/in-memory-store.ts';

const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
const upload = { bucket: 'b', key: 'k', version: 'v' };
const content = Buffer.from('0123456789');

async function digestOf(...reads: readonly (readonly [offset: number, length: number])[]): Promise<string> {
  const store = createDigestingStore(inMemoryStore(content));
  for (const [offset, length] of reads) await store.read(upload, offset, length, limits);
  return store.digest();
}

describe('the digest of a file', () => {
  it('is that of its bytes, also when some are read twice', async () => {
    const whole = createHash('sha256').update(content).digest('hex');
    expect(await digestOf([0, 4], [4, 6], [10, 4])).toBe(whole);
    expect(await digestOf([0, 4], [0, 6], [2, 2], [5, 5])).toBe(whole);
  });

  it('is there for a file of up to 2 GiB', async () => {
    const read = (size: number) =>
      createDigestingStore({ read: async () => ({ bytes: content, size }) }).read(upload, 0, 10, limits);
    await expect(read(2 * 1024 ** 3)).resolves.toHaveProperty('size', 2 * 1024 ** 3);
    await expect(read(2 * 1024 ** 3 + 1)).rejects.toThrow('at most 2147483648 bytes, got 2147483649: split it');
  });

  it('of a file that is not read to its end depends on what was read, and on its size', async () => {
    const longer = createDigestingStore(inMemoryStore(Buffer.concat([content, content])));
    await longer.read(upload, 0, 4, limits);
    expect(await digestOf([0, 4])).toBe(await digestOf([0, 4]));
    expect(await digestOf([0, 4])).not.toBe(longer.digest());
    expect(await digestOf([0, 4])).not.toBe(createHash('sha256').update('0123').digest('hex'));
  });
});
