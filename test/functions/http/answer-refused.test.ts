import { describe, expect, test } from 'vitest';
import { read } from './answers.ts';
import { KEY } from './support.ts';

const NO_LENGTH = 'the answer does not say how long it is';
const TWO_WAYS = 'the answer says in two ways how long it is';
const NO_HTTP = 'the answer is no HTTP';
const TOO_LONG = 'the head of the answer is too long';
const NO_SIZE = 'a chunk of the answer does not say how long it is';

const withHead = (...lines: readonly string[]) => `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`;
const chunked = withHead(`X: ${KEY}`, 'Transfer-Encoding: chunked');

describe('an answer is refused, with a reason that shows nothing of it,', () => {
  test.each([
    ['HTTP/2', `HTTP/2 200 ${KEY}`],
    ['HTTP/1.2', `HTTP/1.2 200 ${KEY}`],
    ['HTTP/0.9', `<html>${KEY}</html>`],
    ['lower case', `http/1.1 200 ${KEY}`],
    ['another protocol', `SSH-2.0-${KEY}`],
    ['a status of two digits', `HTTP/1.1 99 ${KEY}`],
    ['a status of four digits', `HTTP/1.1 2000 ${KEY}`],
    ['a status that begins with 0', `HTTP/1.1 020 ${KEY}`],
    ['a status that is no number', `HTTP/1.1 OK ${KEY}`],
    ['two spaces', `HTTP/1.1  200 ${KEY}`],
    ['an empty line first', `\r\nHTTP/1.1 200 ${KEY}`],
    ['a line that goes on before there is a header', `HTTP/1.1\r\n 200 ${KEY}`],
    ['a line feed in its reason', `HTTP/1.1 200 OK\nContent-Length: 5\n${KEY}`],
    ['a control character in its reason', `HTTP/1.1 200 \0${KEY}`],
    ['nothing', ''],
  ])('whose first line has %s', (_case, line) => {
    expectRefused(`${line}\r\n\r\n`, NO_HTTP);
  });

  test('that switches to another protocol', () => {
    expectRefused(`HTTP/1.1 101 ${KEY}\r\nUpgrade: ${KEY}\r\n\r\n`, 'the answer switches to another protocol');
  });

  test.each([
    ['no colon', KEY],
    ['no name', `: ${KEY}`],
    ['space in its name', `a b: ${KEY}`],
    ['space before its colon', `Content-Length : 5${KEY}`],
    ['a letter of another alphabet in its name', `\xe9: ${KEY}`],
    ['a NUL', `a: \0${KEY}`],
    ['a control character', `a: ${KEY}\x1b[2J`],
    ['a DEL', `a: ${KEY}\x7f`],
    ['a bare carriage return', `a: ${KEY}\rb: c`],
    ['a bare line feed', `a: ${KEY}\nContent-Length: 5`],
  ])('of which a header has %s', (_case, line) => {
    expectRefused(withHead('Content-Length: 0', line), NO_HTTP);
    expectRefused(withHead(line), NO_HTTP);
  });

  test.each([
    ['negative', ['Content-Length: -1']],
    ['signed', ['Content-Length: +1']],
    ['a fraction', ['Content-Length: 1.0']],
    ['hexadecimal', ['Content-Length: 0x10']],
    ['no number', [`Content-Length: ${KEY}`]],
    ['empty', ['Content-Length:']],
    ['two numbers', ['Content-Length: 1 2']],
    ['too large to count exactly', ['Content-Length: 9007199254740993']],
    ['huge', [`Content-Length: ${'9'.repeat(400)}`]],
    ['two that differ', ['Content-Length: 1', 'Content-Length: 2']],
    ['two in one line', ['Content-Length: 1, 2']],
    ['two that are the same', ['Content-Length: 1', 'Content-Length: 1']],
  ])('whose length is %s', (_case, lines) => {
    expectRefused(withHead(...lines), NO_LENGTH);
  });

  test.each([
    ['this way', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['that way', ['Transfer-Encoding: identity', 'Content-Length: 5']],
  ])('that says in two ways how long it is, %s round', (_case, lines) => {
    expectRefused(withHead(...lines), TWO_WAYS);
  });

  test.each([
    ['no number', `${KEY}\r\n`, NO_SIZE],
    ['nothing', '\r\n', NO_SIZE],
    ['negative', '-5\r\n', NO_SIZE],
    ['hexadecimal twice', '0x5\r\n', NO_SIZE],
    ['followed by something else', `5 ${KEY}\r\n`, NO_SIZE],
    ['preceded by space', ' 5\r\n', NO_SIZE],
    ['larger than any', 'fffffffff\r\n', NO_SIZE],
    ['on a line without end', `5;${'x'.repeat(17_000)}`, TOO_LONG],
    ['smaller than its chunk', `5\r\nhello${KEY}\r\n`, 'a chunk of the answer is longer than it says'],
    ['before a trailer without end', `0\r\n${'x'.repeat(17_000)}`, TOO_LONG],
  ])('in chunks of which one has a size that is %s', (_case, text, reason) => {
    expectRefused(`${chunked}${text}`, reason);
  });

  test.each([
    ['whole', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(16 * 1024)}\r\n\r\n`],
    ['without an end', `HTTP/1.1 200 OK\r\na: ${KEY}${'x'.repeat(16 * 1024)}`],
    ['in many lines', `HTTP/1.1 200 OK\r\n${`a: ${KEY}\r\n`.repeat(1_000)}\r\n`],
  ])('whose head is longer than 16 KiB, %s', (_case, text) => {
    expectRefused(text, TOO_LONG);
  });
});

describe('an answer that is refused', () => {
  test.each([
    ['by its length', withHead('Content-Length: -1')],
    ['by its two lengths', withHead('Content-Length: 5', 'Transfer-Encoding: chunked')],
  ])('%s leaves no status that could be taken for its own', (_case, text) => {
    expect(read([text])).toMatchObject({ status: undefined, error: expect.any(String) });
  });
});

function expectRefused(text: string, reason: string): void {
  const whole = read([text]);
  expect(whole).toMatchObject({ isOver: false, error: reason, body: expect.not.stringContaining(KEY) });
  // In single bytes too: whatever has come is refused by the time that all has.
  expect(read([...text]).error).toBe(reason);
}
