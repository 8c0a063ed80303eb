import { expect, it } from 'vitest';
import { typeText } from '../../tools/contract/client/type-text.ts';
import { contractDocuments } from '../../tools/contract/documents.ts';
import { readDocument } from '../docs/support/documents.ts';

it('client/src/contract.ts is what the schemas make of it', () => {
  const path = 'client/src/contract.ts';
  const isCurrent = readDocument(path).text === contractDocuments()[path];
  expect(isCurrent, `${path} is not what the schemas say: run \`npm run contract\``).toBe(true);
});

it.each([
  ['a text', { type: 'string' }, 'string'],
  ['a number', { type: 'integer' }, 'number'],
  ['one of some texts', { type: 'string', enum: ['one', "it's"] }, "'one' | 'it\\'s'"],
  ['one value', { const: true }, 'true'],
  ['a text or null', { type: ['string', 'null'] }, 'string | null'],
  ['either of two', { anyOf: [{ $ref: '#/components/schemas/One' }, { type: 'null' }] }, 'One | null'],
  ['both of two', { allOf: [{ $ref: '#/components/schemas/One' }] }, 'One'],
  ['a list', { type: 'array', items: { type: ['string', 'null'] } }, 'readonly (string | null)[]'],
  ['any JSON', { description: 'Anything.' }, 'unknown'],
  ['a table', { type: 'object', additionalProperties: { type: 'string' } }, '{\n  readonly [name: string]: string;\n}'],
  [
    'an object',
    { type: 'object', properties: { a: { type: 'string', description: 'First.' }, 'b-c': {} }, required: ['a'] },
    "{\n  /** First. */\n  readonly a: string;\n  readonly 'b-c'?: unknown;\n}",
  ],
])('the type of %s', (_, schema, text) => {
  expect(typeText(schema)).toBe(text);
});

it('a schema without a type here is an error, and no type that allows too much', () => {
  expect(() => typeText({ type: 'file' })).toThrow(/^the client's types know no schema like/);
});
