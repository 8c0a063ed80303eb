import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROOT } from './documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of a document, which each test reads at its own risk
export type Json = any;

export function readJson(path: string): Json {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

/** Checks values by the schemas of a document, as another system would that has nothing but the document. */
export function validatorOf(document: Json, path: 'docs/openapi.json' | 'docs/asyncapi.json') {
  const options = { strict: true, strictRequired: false, allowUnionTypes: true, discriminator: false, allErrors: true };
  const ajv = path === 'docs/openapi.json' ? new Ajv2020(options) : new Ajv(options);
  addFormats.default(ajv);
  ajv.addVocabulary(['discriminator', 'openapi', 'asyncapi', 'info', 'components', 'paths']);
  const withoutOwnWords = { components: document.components };
  ajv.addSchema(withoutOwnWords, path);
  const checks = new Map<string, ReturnType<typeof ajv.compile>>();
  const checkOf = (schema: string) => {
    const check = checks.get(schema) ?? ajv.compile(JSON.parse(schema.replaceAll('"#/', `"${path}#/`)));
    checks.set(schema, check);
    return check;
  };
  /** What is wrong with a value, in words; undefined when nothing is. */
  return (schema: Json, value: unknown): string | undefined => {
    const check = checkOf(JSON.stringify(schema));
    return check(value) ? undefined : ajv.errorsText(check.errors);
  };
}

/** Every object within a value, with the path to it. */
export function objectsIn(value: unknown, path = ''): readonly (readonly [string, Json])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) => objectsIn(part, `${path}/${name}`));
  return [[path, value], ...inner];
}
