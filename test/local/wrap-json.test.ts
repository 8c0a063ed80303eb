import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapJson } from '../../local/wrap-json.ts';

it('short JSON stays on one line', () => {
  expect(wrapJson({ a: 1, b: 'two' })).toEqual(['{"a":1,"b":"two"}']);
});

it('long JSON is broken after commas that are not part of a string, and goes on one column further in', () => {
  const text = 'a, "quoted", b';
  const value = { first: 'x'.repeat(70), second: text, third: [1, 2] };
  expect(wrapJson(value)).toEqual([
    `{"first":"${'x'.repeat(70)}",`,
    ` "second":${JSON.stringify(text)},"third":[1,2]}`,
  ]);
});

it('no line is lost or changed, whatever the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const [first = '', ...rest] = wrapJson(value);
      expect(first + rest.map((line) => line.slice(1)).join('')).toBe(JSON.stringify(value));
    }),
  );
});
