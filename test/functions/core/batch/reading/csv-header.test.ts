import { describe, expect, it } from 'vitest';
import { parseHeader } from '../../../../../functions/core/batch/reading/csv-header.ts';

describe('the header of a CSV file', () => {
  it.each([
    ['metadata.', 'a column must say what it sets in metadata, such as metadata.name, got "metadata."'],
    ['Meta Data. ', 'a column must say what it sets in metadata, such as metadata.name, got "Meta Data."'],
    [
      'finetune_settings.',
      'a column must say what it sets in finetune_settings, such as finetune_settings.name, got "finetune_settings."',
    ],
  ])('is refused with a column %j, which sets nothing', (name, message) => {
    expect(() => parseHeader(['image_id', name])).toThrow(message);
  });

  it('may have more than one column without a name, as spreadsheets leave them behind', () => {
    expect(parseHeader(['image_id', '', ' ']).names).toEqual(['image_id', '', '']);
  });

  it('may have a column for a member of an object, whatever its name', () => {
    expect(parseHeader(['image_id', 'metadata..', 'metadata.a.']).names).toEqual([
      'image_id',
      'metadata..',
      'metadata.a.',
    ]);
  });
});
