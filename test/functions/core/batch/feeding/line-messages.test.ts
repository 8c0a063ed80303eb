import { describe, expect, it } from 'vitest';
import {
  sizeOnQueue,
  toLineRequest,
  toRefusalEvent,
} from '../../../../../functions/core/batch/feeding/line-messages.ts';
import { fileIdOf, traceparentOf } from '../../../../../functions/core/batch/upload.ts';
import { fingerprintOf } from '../../../../../functions/core/request/reprocess-request.ts';
import { NOON } from '../../../../support/fixtures.ts';

const upload = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };

describe('the request of a line', () => {
  it('has what identifies it: what it asks for, of which version, and the trace of its file', () => {
    const asked = { imageId: 'villa', preferences: { rating: 3 }, apiVersion: '2025-05-08', notAfter: NOON };
    const owner = { batchId: 'b', partner: 'acme' };
    expect(toLineRequest(upload, 7, asked, NOON, owner)).toMatchObject({
      ...asked,
      fingerprint: fingerprintOf('villa', { rating: 3 }, '2025-05-08'),
      traceparent: traceparentOf(upload),
      ...{ source: 'upload', acceptedAt: NOON, upload: { file: upload.key, line: 7 }, partner: 'acme' },
      batch: { batchId: 'b', round: 1 },
    });
  });
});

describe('the refusal of a line', () => {
  it('comes in the order of its image, or, where it names none, of its file', () => {
    const refusal = { detail: 'no preferences', original: '{}' };
    expect(toRefusalEvent(upload, 7, { ...refusal, imageId: 'villa' }, NOON).groupId).toBe('villa');
    expect(toRefusalEvent(upload, 7, refusal, NOON).groupId).toBe(fileIdOf(upload));
  });
});

describe('the size of a request on the queue', () => {
  it('is that of its body and of its attribute, with its name and its type, in bytes', () => {
    const request = { requestId: 'upload:1', imageId: 'villa', body: 'Küche', traceparent: '00-1-2-01' };
    expect(sizeOnQueue(request)).toBe('Kueche'.length + 'traceparent'.length + 'String'.length + '00-1-2-01'.length);
  });
});
