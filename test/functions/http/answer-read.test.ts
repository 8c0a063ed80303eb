import { describe, expect, test } from 'vitest';
import { read } from './answers.ts';

const head = (...lines: readonly string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;
const chunked = head('Transfer-Encoding: chunked');

describe('the body', () => {
  test.each([
    ['as long as it says', `${head('Content-Length: 5')}hello`, 'hello'],
    ['of no bytes', head('Content-Length: 0'), ''],
    ['in chunks', `${chunked}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`, 'hello!'],
    ['in chunks with capitals, zeros and space', `${chunked}00A \r\n0123456789\r\n000\r\n\r\n`, '0123456789'],
    ['in chunks with extensions', `${chunked}5;a="b";c\r\nhello\r\n0 ;last\r\n\r\n`, 'hello'],
    ['in chunks with trailers', `${chunked}5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\n`, 'hello'],
    ['in chunks that hold line ends', `${chunked}4\r\n\r\n\r\n\r\n0\r\n\r\n`, '\r\n\r\n'],
    ['in chunks that were encoded before', `${head('Transfer-Encoding: gzip, Chunked')}1\r\nz\r\n0\r\n\r\n`, 'z'],
    ['in chunks by two headers', `${head('Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`, ''],
    [
      'behind informational answers',
      `HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\n${head('Content-Length: 1')}1`,
      '1',
    ],
  ])('%s is read to its end, and no further', (_case, text, body) => {
    const expected = { isOver: true, status: 200, body, isCut: false, error: undefined, keepsConnection: true };
    expect(read([text])).toMatchObject({ ...expected, isFollowed: false });
    expect(read([`${text}HTTP/1.1 500 Next\r\n\r\n`])).toMatchObject({ ...expected, isFollowed: true });
    expect(read([text.slice(0, -1)])).toMatchObject({ isOver: false, error: undefined });
  });

  test.each([
    ['that does not say how long it is', head('A: b')],
    ['whose last encoding is not chunked', head('Transfer-Encoding: chunked, gzip')],
    ['of an HTTP/1.0 server', 'HTTP/1.0 200 OK\r\n\r\n'],
  ])('%s goes on until the connection ends', (_case, text) => {
    const expected = { isOver: false, endsWithConnection: true, status: 200 };
    expect(read([text])).toMatchObject({ ...expected, body: '' });
    expect(read([text, 'hel', 'lo'])).toMatchObject({ ...expected, body: 'hello' });
  });

  test.each([
    ['that says its length', `${head('Content-Length: 9')}hel`],
    ['in chunks', `${chunked}5\r\nhel`],
    ['that has not begun', 'HTTP/1.1 200 OK\r\n'],
  ])('%s does not end with the connection', (_case, text) => {
    expect(read([text])).toMatchObject({ isOver: false, endsWithConnection: false });
  });

  test.each([204, 304])('of a %d is none, whatever its head says', (status) => {
    for (const framing of ['', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n']) {
      const text = `HTTP/1.1 ${status} X\r\n${framing}\r\n`;
      expect(read([text])).toMatchObject({ isOver: true, status, body: '', keepsConnection: true });
    }
  });

  test.each([
    ['that says its length', `${head('Content-Length: 5')}hello`],
    ['in chunks', `${chunked}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`],
    ['that ends with the connection', `${head()}hello`],
  ])('%s is cut where it is longer than is read, and nowhere else', (_case, text) => {
    expect(read([text], 4)).toMatchObject({ isOver: true, isCut: true, body: 'hell' });
    expect(read([text], 5)).toMatchObject({ isCut: false, body: 'hello' });
    expect(read([text], 0)).toMatchObject({ isOver: true, isCut: true, body: '' });
  });
});

describe('the head', () => {
  test.each([
    ['without a reason', 'HTTP/1.1 418', 418],
    ['with an empty reason', 'HTTP/1.1 418 ', 418],
    ['with a reason in any letters', 'HTTP/1.1 599 Pr\xeat \t 200', 599],
  ])('%s has its status', (_case, line, status) => {
    expect(read([`${line}\r\nContent-Length: 0\r\n\r\n`])).toMatchObject({ isOver: true, status });
  });

  test('has the names of its headers in lower case, and their values without the space around', () => {
    const text = head('Content-Length:0', 'X-A: \t a  b \t', 'EMPTY:', "!#$%&'*+-.^_`|~9: :", 'X-B: caf\xe9');
    expect(read([text]).headers).toEqual({
      'content-length': '0',
      'x-a': 'a  b',
      empty: '',
      "!#$%&'*+-.^_`|~9": ':',
      'x-b': 'caf\xe9',
    });
  });

  test('keeps bytes of a value that are only space in other alphabets', () => {
    expect(read([head('X-A: \xa0\xc3\xa0')]).headers).toEqual({ 'x-a': '\xa0\xc3\xa0' });
  });

  test('has continued lines as one', () => {
    expect(read([head('A: b', '\t c', ' d', 'Content-Length:', ' 0')])).toMatchObject({
      isOver: true,
      headers: { a: 'b c d', 'content-length': '0' },
    });
  });

  test('has the first of two headers with one name', () => {
    expect(read([head('A: 1', 'a: 2', 'A: 3')]).headers).toEqual({ a: '1' });
  });

  test('has names that all objects know as headers like any other', () => {
    const { headers } = read([head('__proto__: a', 'constructor: b', 'toString: c', 'hasOwnProperty: d')]);
    expect({ ...headers }).toMatchObject({ constructor: 'b', tostring: 'c', hasownproperty: 'd' });
  });

  test.each([
    ['HTTP/1.1 200 OK', true],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive', true],
    ['HTTP/1.1 200 OK\r\nConnection: closely, x-close', true],
    ['HTTP/1.1 200 OK\r\nConnection: close', false],
    ['HTTP/1.1 200 OK\r\nConnection: CLOSE', false],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive , Close ,x', false],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close', false],
    ['HTTP/1.0 200 OK', false],
    ['HTTP/1.0 200 OK\r\nConnection: keep-alive', false],
  ])('%j lets the connection be kept: %s', (lines, keepsConnection) => {
    expect(read([`${lines}\r\nContent-Length: 0\r\n\r\n`])).toMatchObject({ isOver: true, keepsConnection });
  });
});
