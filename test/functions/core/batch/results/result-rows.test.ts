import { describe, expect, it } from 'vitest';
import { encodeCsvHead, encodeCsvRow, encodeJsonRow } from '../../../../../functions/core/batch/results/result-rows.ts';

const head = { separator: ';', cells: ['image_id', 'note'] };
const result = { request_id: 'upload:1', state: 'started', attempts: 1 } as const;

describe('a row of the results', () => {
  it('of CSV is read by spreadsheets as UTF-8, whatever its cells hold', () => {
    expect(encodeCsvHead(head).startsWith('\ufeffimage_id;note;request_id;')).toBe(true);
    expect(encodeCsvRow(['roof', ' a\u00a0'], result, head)).toBe('roof;" a\u00a0";upload:1;started;;;1;;\r\n');
    expect(encodeCsvRow(['a\rb', 'c;d'], undefined, head)).toBe('"a\rb";"c;d";;;;;;;\r\n');
  });

  it('of JSON is the request as it came with what became of it, whatever blanks are around it', () => {
    const place = { line: 7, next: { offset: 0, line: 8 } };
    const request = { imageId: 'roof', preferences: {} };
    const added =
      '"request_id":"upload:1","state":"started","code":null,"reason":null,"attempts":1,"started_at":null,"finished_at":null}\n';
    const row = encodeJsonRow({ ...place, request, text: ' {"image_id":"roof","rating":4.0 } \t' }, result);
    expect(row).toBe(`{"image_id":"roof","rating":4.0,${added}`);
    const refused = encodeJsonRow({ ...place, refusal: { detail: 'no', original: '{"' } }, result);
    expect(refused).toBe(`{"line":7,"original":"{\\"",${added}`);
  });
});
