import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventName } from '../../../../functions/core/completion/webhook-notification.ts';

describe('the name of an event', () => {
  it.each([
    ['image_registered', 'image_registered'],
    ['order.completed-v2', 'order.completed-v2'],
    ['Bild fertig!', 'Bild_fertig_'],
    ['\n"}', '___'],
    ['x'.repeat(500), 'x'.repeat(64)],
    ['', 'unnamed'],
    [undefined, 'unnamed'],
    [{ toString: 'x' }, 'unnamed'],
  ])('%j becomes %s', (value, name) => {
    expect(eventName(value)).toBe(name);
  });

  it('is always one that an SQS message group and a type take', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 200 })), (value) => {
        expect(eventName(value)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
      }),
    );
  });
});
