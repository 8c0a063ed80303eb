import { describe, expect, it } from 'vitest';
import { createReadRow } from '../../../../../functions/core/batch/reading/csv.ts';
import { lineRequestOf } from '../../../../../functions/core/batch/reading/parsed-line.ts';

const ofJson = (value: object) => lineRequestOf(value, () => JSON.stringify(value));
const ofRow = (names: string, cells: string) => createReadRow(names.split(','))(cells.split(','), cells);

describe('the version of the API', () => {
  it.each([
    ['a line of JSON', ofJson({ image_id: 'a', preferences: {}, api_version: '2025-05-08' })],
    ['a row of CSV', ofRow('image_id,api_version', 'a, 2025-05-08')],
  ])('is taken from %s', (_, read) => {
    expect(read).toEqual({ request: { imageId: 'a', preferences: {}, apiVersion: '2025-05-08' } });
  });

  it.each([
    ['a line of JSON', ofJson({ image_id: 'a', preferences: {}, api_version: null })],
    ['a row of CSV', ofRow('image_id,api_version', 'a,')],
  ])('may be left out of %s', (_, read) => {
    expect(read).toEqual({ request: { imageId: 'a', preferences: {} } });
  });

  it.each([
    ['a line of JSON', ofJson({ image_id: 'a', preferences: {}, api_version: '8.5.2025' })],
    ['a row of CSV', ofRow('image_id,api_version', 'a,8.5.2025')],
  ])('is refused where it is no date: %s', (_, read) => {
    const detail = 'api_version must be a date such as 2025-05-08, got "8.5.2025"';
    expect(read).toMatchObject({ refusal: { detail, imageId: 'a' } });
  });
});

it.each(['not_after', 'preferences', 'requestId', 'api_version'])(
  'a line with %s among its preferences is refused, since it would do nothing there',
  (name) => {
    expect(ofJson({ image_id: 'a', preferences: { [name]: '2025-05-08' } })).toMatchObject({
      refusal: { detail: expect.stringMatching(/^\w+ must not stand among the preferences$/) },
    });
  },
);

describe('a row of CSV', () => {
  it.each([
    ['image_id,,rating', 'a,,3', undefined],
    ['image_id,,rating', 'a,note,3', 'cell 2 must be empty, since its column has no name'],
    ['image_id,rating,', 'a,3,note', 'cell 3 must be empty, since its column has no name'],
    ['image_id,rating', 'a,3,,', undefined],
    [
      'image_id,rating',
      'a,3,,note',
      'a line must have no more cells than the header, 2, got "note" in cell 4: put a text that holds the separator in quotes',
    ],
  ])('below %s, of %s, is refused for what stands where it cannot be meant: %s', (names, cells, detail) => {
    const read = ofRow(names, cells);
    if (detail === undefined) expect(read).toEqual({ request: { imageId: 'a', preferences: { rating: 3 } } });
    else expect(read).toMatchObject({ refusal: { detail, imageId: 'a', original: cells } });
  });
});
