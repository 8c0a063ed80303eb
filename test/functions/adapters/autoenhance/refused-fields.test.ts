import { describe, expect, it } from 'vitest';
import { refusedFields } from '../../../../functions/adapters/autoenhance/refused-fields.ts';

const of = (json: unknown) => refusedFields({ message: 'Validation error', detail: { json } });

describe('what the endpoint says of each field', () => {
  it.each([
    [
      'each with its problem',
      { rating: ['Not a valid integer.'], scene: ['No.'] },
      'rating: Not a valid integer.; scene: No.',
    ],
    [
      'each with all its problems',
      { rating: ['Not a valid integer.', 'Too large.'] },
      'rating: Not a valid integer. Too large.',
    ],
    ['a text in place of a list', { rating: 'No.' }, 'rating: No.'],
    ['a field of a field', { metadata: { listing: ['No.'] } }, 'metadata: {"listing":["No."]}'],
    ['the whole body', { _schema: ['Invalid input type.'] }, 'Invalid input type.'],
    ['nothing', {}, ''],
    ['no object', ['rating'], ''],
  ])('is told: %s', (_, json, expected) => {
    expect(of(json)).toBe(expected);
  });

  it.each(['', 'nonsense', [], null, { detail: 'd' }, { detail: { json: null } }])('is nothing in %j', (response) => {
    expect(refusedFields(response)).toBe('');
  });

  it('is cut at 300 characters, and between two of them', () => {
    const text = of({ rating: ['😀'.repeat(400)] });
    expect([...text]).toHaveLength(300);
    expect(text).toMatch(/^rating: 😀+…$/u);
  });
});
