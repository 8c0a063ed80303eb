import { describe, expect, it } from 'vitest';
import { formatOf, isTemporary, kindOf } from '../../../../../functions/core/batch/reading/file-names.ts';

describe('the name of a request file', () => {
  it.each([
    ['requests/a.csv', 'csv'],
    ['requests/A.CSV', 'csv'],
    ['requests/a.b.ndjson', 'ndjson'],
    ['requests/a.JsonL', 'ndjson'],
    ['requests/a.json', 'json'],
  ])('%s says how it is read: %s', (key, name) => {
    expect(formatOf(key)).toEqual({ name });
  });

  it.each([
    ['order.xlsx', 'got .xlsx: save the spreadsheet as "CSV UTF-8"'],
    ['order.XLS', 'save the spreadsheet as "CSV UTF-8"'],
    ['order.ods', 'save the spreadsheet as "CSV UTF-8"'],
    ['order.numbers', 'save the spreadsheet as "CSV UTF-8"'],
    ['order.csv.zip', 'got .zip: unpack it'],
    ['order.csv.gz', 'got .gz: unpack it'],
    ['order.txt', 'got .txt: if it is a table, with a header and commas, semicolons or tabs, name it .csv'],
    ['order.tsv', 'name it .csv'],
    ['order.pdf', 'got .pdf: put a file of one of these kinds'],
    ['order.constructor', 'got .constructor: put a file of one of these kinds'],
    ['order.csv\u200b', 'got .csv\\u200b: '],
    ['order', 'must end in .ndjson, .jsonl, .csv or .json, got none'],
    ['v1.csv/order', 'got none'],
  ])('%s that is none says what to do', (key, advice) => {
    expect(formatOf(`requests/${key}`)).toMatchObject({ advice: expect.stringContaining(advice) });
  });
});

describe('a name', () => {
  it.each([
    ...['.DS_Store', '._order.csv', '.hidden.csv', '.~lock.order.csv#', '#order.csv#', '~$order.xlsx', '~WRL0001.tmp'],
    ...['order.csv~', 'order.csv.filepart', 'order.csv.part', 'order.csv.crdownload', 'order.tmp', 'order.csv.swp'],
    ...['order.csv.PARTIAL', 'Thumbs.db', 'thumbs.db', 'desktop.ini', '__MACOSX/order.csv', '.git/order.csv'],
  ])('%s is none that a person has given', (name) => {
    expect([isTemporary(name), kindOf(`requests/2026/${name}`).kind]).toEqual([true, 'temporary']);
  });

  it.each([
    'order.csv',
    'part.csv',
    'tmp.csv',
    'a~b.csv',
    'thumbs.db.csv',
    'a.b.c.json',
    'order 2.1.csv',
    'swp',
    'a#.csv',
  ])('%s is one that a person has given', (name) => {
    expect([isTemporary(name), kindOf(`requests/2026/${name}`).kind]).toEqual([false, 'requests']);
  });
});

describe('a key', () => {
  it.each([
    ['requests/2026/a.csv', 'requests'],
    ['images/a.jpg', 'image'],
    ['requests/', 'folder'],
    ['Requests/', 'folder'],
    ['archive/a.csv', 'unknown'],
    ['reports/requests/a.csv/v.json', 'unknown'],
    ['Reports/a.json', 'unknown'],
    ['readme', 'unknown'],
    ['notes.txt', 'unknown'],
  ])('%s is of the kind %s', (key, kind) => {
    expect(kindOf(key)).toEqual({ kind });
  });

  it.each([
    ['Requests/2026/a.csv', 'requests/2026/a.csv'],
    ['REQUESTS/A.csv', 'requests/A.csv'],
    ['request/a.csv', 'requests/a.csv'],
    ['reqeusts/a.csv', 'requests/a.csv'],
    ['/requests/a.csv', 'requests/a.csv'],
    ['//Requests/x/a.csv', 'requests/x/a.csv'],
    ['requests /a.csv', 'requests/a.csv'],
    ['Images/a.jpg', 'images/a.jpg'],
    ['image/a.jpg', 'images/a.jpg'],
    ['a.csv', 'requests/a.csv'],
    ['/a.xlsx', 'requests/a.xlsx'],
    ['front.JPG', 'images/front.JPG'],
  ])('%s was meant to be %s', (key, meant) => {
    expect(kindOf(key)).toEqual({ kind: 'misplaced', meant });
  });
});
