import { describe, expect, it } from 'vitest';
import { sizeOnQueue, toRefusalEvent } from '../../../../../functions/core/batch/feeding/line-messages.ts';
import { fileIdOf } from '../../../../../functions/core/batch/upload.ts';
import { NOON } from '../../../../support/fixtures.ts';

const upload = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };

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
