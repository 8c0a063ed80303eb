import { describe, expect, it } from 'vitest';
import { originOf, uploadedBatchId } from '../../../../../functions/core/batch/uploads/batch-origin.ts';

const BATCH = `b_${'0123456789abcdef'.repeat(2)}`;

describe('a request file', () => {
  it.each([
    ['requests/a.csv', { name: 'a.csv' }],
    ['requests/2026/spring/a.csv', { name: '2026/spring/a.csv' }],
    ['requests/partners/acme/a.csv', { name: 'a.csv', partner: 'acme' }],
    ['requests/partners/acme/2026/a.csv', { name: '2026/a.csv', partner: 'acme' }],
    ['requests/partners/acme/a\nb.csv', { name: 'a\nb.csv', partner: 'acme' }],
    [`requests/partners/acme/${BATCH}/a.csv`, { name: 'a.csv', partner: 'acme', batchId: BATCH }],
    [`requests/service/${BATCH}/a.csv`, { name: 'a.csv', batchId: BATCH }],
    // Nobody but the API makes such a folder below the service's.
    [`requests/${BATCH}/a.csv`, { name: `${BATCH}/a.csv` }],
    ['requests/partners/a.csv', { name: 'partners/a.csv' }],
    [`requests/partners/acme/${BATCH}/more/a.csv`, { name: `${BATCH}/more/a.csv`, partner: 'acme' }],
  ])('%s belongs to whom its folder says', (key, origin) => expect(originOf(key)).toEqual(origin));
});

it('a file that somebody has put into the bucket is the same batch while its key and its content are the same', () => {
  const upload = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const id = uploadedBatchId(upload, 'a'.repeat(64));
  expect(id).toMatch(/^b_[0-9a-f]{32}$/);
  expect(uploadedBatchId({ ...upload, version: 'v2' }, 'a'.repeat(64))).toBe(id);
  const others = [
    uploadedBatchId(upload, 'b'.repeat(64)),
    uploadedBatchId({ ...upload, key: 'requests/b.csv' }, 'a'.repeat(64)),
    uploadedBatchId({ ...upload, bucket: 'other' }, 'a'.repeat(64)),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});
