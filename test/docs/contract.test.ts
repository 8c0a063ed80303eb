import { createRequire } from 'node:module';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { contractDocuments } from '../../tools/contract/documents.ts';
import { type Json, objectsIn, readJson, validatorOf } from './support/contract.ts';
import { readDocument } from './support/documents.ts';

const require = createRequire(import.meta.url);
const openApi = readJson('docs/openapi.json');
const asyncApi = readJson('docs/asyncapi.json');
const DOCUMENTS = [
  ['docs/openapi.json', openApi],
  ['docs/asyncapi.json', asyncApi],
] as const;

describe.each(DOCUMENTS)('%s', (path, document) => {
  it('is what the schemas make of it', () => {
    const isCurrent = readDocument(path).text === contractDocuments()[path];
    expect(isCurrent, `${path} is not what the schemas and the examples say: run \`npm run contract\``).toBe(true);
  });

  it('gives no default, since a client that fills one in would change what the caller left out', () => {
    // A server's variable must have one, and it is no schema. A response is one for every other status.
    const { servers: _, webhooks: __, ...rest } = document;
    expect(objectsIn(rest).flatMap(([place, object]) => (Object.hasOwn(object, 'default') ? place : []))).toEqual([]);
  });

  it('lets readers be open, and tells writers what is refused', () => {
    const closed = objectsIn(document).filter(([, { additionalProperties }]) => additionalProperties === false);
    const place = '/components/schemas/RequestMessage';
    expect(closed.map(([where]) => where)).toEqual(path === 'docs/asyncapi.json' ? [place] : []);
    expect(document.components.schemas.Preferences.additionalProperties).toBe(true);
  });

  it('has only schemas that can be compiled, each of them with a description', () => {
    const problemOf = validatorOf(document, path);
    for (const [name, schema] of Object.entries<Json>(document.components.schemas)) {
      expect(() => problemOf({ $ref: `#/components/schemas/${name}` }, undefined), name).not.toThrow();
      expect(schema, name).toHaveProperty('description');
    }
  });
});

it('docs/openapi.json is OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(openApi);
  expect([valid, errors, validator.version]).toEqual([true, undefined, '3.1']);
});

it('docs/asyncapi.json is AsyncAPI 3.0', () => {
  // The schema carries draft-07 with it, and ajv would have it twice.
  const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
  addFormats.default(ajv);
  const check = ajv.compile(require('@asyncapi/specs/schemas/3.0.0.json'));
  check(asyncApi);
  expect(check.errors).toBeNull();
});

it('each reference leads to something', () => {
  for (const [path, document] of DOCUMENTS) {
    const references = objectsIn(document).flatMap(([, { $ref }]) => (typeof $ref === 'string' ? $ref : []));
    const at = (reference: string) =>
      reference
        .split('/')
        .slice(1)
        .reduce((part, name) => part?.[name], document);
    expect(
      references.filter((reference) => at(reference) === undefined),
      path,
    ).toEqual([]);
    expect(references.length, path).toBeGreaterThan(10);
  }
});

describe('an example', () => {
  const problemOf = {
    openApi: validatorOf(openApi, 'docs/openapi.json'),
    asyncApi: validatorOf(asyncApi, 'docs/asyncapi.json'),
  };
  const withExamples = objectsIn(openApi.paths).filter(([, { schema, examples }]) => schema && examples);
  const bodies = withExamples.flatMap(([place, { schema, examples }]) =>
    Object.entries<Json>(examples).map(([name, { value }]) => [`${place} ${name}`, schema, value] as const),
  );
  const parameters = objectsIn(openApi.paths)
    .filter(([, object]) => Object.hasOwn(object, 'example'))
    .map(([place, { schema, example }]) => [place, schema, example] as const);
  const messages = Object.entries<Json>(asyncApi.components.messages).flatMap(([name, { payload, examples }]) =>
    examples.map((example: Json, index: number) => [`${name} ${index}`, payload, example.payload] as const),
  );

  it.each(bodies)('of a body fits its schema: %s', (_, schema, value) => {
    expect(problemOf.openApi(schema, value)).toBeUndefined();
  });

  it.each(parameters)('of a parameter fits its schema: %s', (_, schema, value) => {
    expect(problemOf.openApi(schema, value)).toBeUndefined();
  });

  it.each(messages)('of a message fits its schema: %s', (_, schema, value) => {
    expect(problemOf.asyncApi(schema, value)).toBeUndefined();
  });

  it('is there for every body that is sent with success, and for every message', () => {
    const sent = new Set(messages.map(([name]) => name.split(' ')[0]));
    expect([...sent]).toEqual(Object.keys(asyncApi.components.messages));
    const shown = bodies.map(([place]) => place);
    for (const path of ['/v3/images/{id}/process', '/v3/requests/{request_id}', '/v3/images/{id}/requests']) {
      expect(
        shown.some((place) => place.startsWith(`/${path}`) && place.includes('/responses/200/')),
        path,
      ).toBe(true);
    }
  });
});
