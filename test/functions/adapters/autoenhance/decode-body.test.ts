import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../../functions/adapters/autoenhance/decode-body.ts';

const RECORD = '{"image_id":"x","scene":"Küche 🏠"}';
const MAX = 256 * 1024;
const whole = (bytes: Buffer, coding?: string) => decodeBody(bytes, coding, { isWhole: true, maxBytes: MAX });

describe('a body', () => {
  it.each([undefined, '', 'identity', 'utf-8', 'UTF-8', 'gzip', 'br', 'deflate', 'x-unknown'])(
    'that is JSON is taken as it stands, also where its encoding is said to be %s',
    async (coding) => {
      expect(await whole(Buffer.from(RECORD), coding)).toEqual({ body: RECORD, truncated: false });
    },
  );

  it.each([
    ['gzip', gzipSync(RECORD)],
    ['x-gzip', gzipSync(RECORD)],
    ['GZIP', gzipSync(RECORD)],
    ['deflate', deflateSync(RECORD)],
    ['deflate', deflateRawSync(RECORD)],
    ['br', brotliCompressSync(RECORD)],
    ['zstd', zstdCompressSync(RECORD)],
    ['utf-8, gzip', gzipSync(RECORD)],
    ['gzip, br', brotliCompressSync(gzipSync(RECORD))],
  ])('that is compressed as %s is decompressed', async (coding, bytes) => {
    expect(await whole(bytes, coding)).toEqual({ body: RECORD, truncated: false });
  });

  it.each([
    ['was not compressed and is no JSON', Buffer.from('<html>'), 'gzip'],
    ['is compressed in another way than it says', brotliCompressSync(RECORD), 'gzip'],
    ['is compressed and says nothing of it', gzipSync(RECORD), undefined],
    ['is larger than is read, once decompressed', gzipSync(`"${'x'.repeat(MAX)}"`), 'gzip'],
    ['is compressed, and no UTF-8 beneath', gzipSync(Buffer.from([0x22, 0xfc, 0x22])), 'gzip'],
    ['is no UTF-8', Buffer.from([0x22, 0xfc, 0x22]), undefined],
  ])('that %s is left out', async (_, bytes, coding) => {
    expect(await whole(bytes, coding)).toEqual({ body: '', truncated: true });
  });

  it('that broke off is given as far as it came, without the half of a character', async () => {
    const bytes = Buffer.from(RECORD).subarray(0, RECORD.indexOf('ü') + 1);
    const body = RECORD.slice(0, RECORD.indexOf('ü'));
    expect(await decodeBody(bytes, undefined, { isWhole: false, maxBytes: MAX })).toEqual({ body, truncated: true });
  });

  it('that broke off while it was compressed is left out', async () => {
    const bytes = gzipSync(RECORD).subarray(0, 20);
    expect(await decodeBody(bytes, 'gzip', { isWhole: false, maxBytes: MAX })).toEqual({ body: '', truncated: true });
  });
});
