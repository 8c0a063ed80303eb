import { describe, expect, it } from 'vitest';
import { bodyKindOf } from '../../../functions/batch-api/content-type.ts';

describe('a body', () => {
  it.each([
    ['application/json', undefined, 'json'],
    ['Application/JSON; charset=utf-8', undefined, 'json'],
    ['application/x-ndjson', undefined, 'ndjson'],
    ['application/ndjson', undefined, 'ndjson'],
    ['text/jsonl', undefined, 'ndjson'],
    ['application/jsonlines', undefined, 'ndjson'],
    ['application/json-seq', undefined, 'ndjson'],
    ['text/csv', 'a.ndjson', 'csv'],
    ['application/x-csv', undefined, 'csv'],
    [undefined, 'a.csv', 'csv'],
    ['application/octet-stream', 'a.ndjson', 'ndjson'],
    ['text/plain', 'a.json', 'json'],
  ])('of %j, in a file %j, is %s', (type, name, kind) => expect(bodyKindOf(type, name)).toBe(kind));

  it.each([
    ['application/vnd.ms-excel', 'a.csv', 'save the spreadsheet as "CSV UTF-8", and send that file as text/csv'],
    ['application/zip', 'a.csv', 'unpack it, and send each file that is in it'],
    ['application/x-tar', undefined, 'unpack it, and send each file that is in it'],
    ['multipart/form-data; boundary=x', 'a.csv', 'send the file itself as the body, without a form around it'],
    ['application/octet-stream', 'a.xlsx', 'save the spreadsheet as "CSV UTF-8", and send that file as text/csv'],
    ['application/x-www-form-urlencoded', 'a.zip', 'unpack it, and send each file that is in it'],
    ['text/plain', undefined, 'name its kind by the header Content-Type, or its file by ?name=requests.csv'],
    ['text/plain', 'a.txt', 'name its kind by the header Content-Type, or its file by ?name=requests.csv'],
  ])('of %j, in a file %j, is refused with advice: %s', (type, name, advice) => {
    expect(() => bodyKindOf(type, name)).toThrow(advice);
  });
});
