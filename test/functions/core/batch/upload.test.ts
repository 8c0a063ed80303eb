import { expect, it } from 'vitest';
import { fileIdOf } from '../../../../functions/core/batch/upload.ts';

it('a file has the key in the ledger that the release before has given it: it is not read again', () => {
  const upload = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  expect(fileIdOf(upload)).toBe('file:a552947a5c501e1fb9274ce13a510048850bf0c21d5b119bdfb8834209647fbe');
  const ids = [upload, { ...upload, key: 'requests/a.csvv', version: '1' }].map(fileIdOf);
  expect(new Set(ids).size).toBe(2);
});
