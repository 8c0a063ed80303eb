import * as z from 'zod';
import { components } from './schemas/components.ts';
import { requestMessage } from './schemas/request-message.ts';

export type JsonSchema = Record<string, unknown>;

/** OpenAPI 3.1 uses the first, AsyncAPI 3.0 the second. */
export type Dialect = 'draft-2020-12' | 'draft-07';

const WHERE = '#/components/schemas/';

function parameters(target: Dialect) {
  return { target, uri: (id: string) => `${WHERE}${id}`, override: allowNewMembers } as const;
}

/** Allows new members, which do not break the contract. The exception is the request message, whose unknown members are refused. */
function allowNewMembers({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: JsonSchema }): void {
  const { additionalProperties } = jsonSchema;
  if (additionalProperties === false && zodSchema !== requestMessage) delete jsonSchema.additionalProperties;
  if (isEmpty(additionalProperties)) jsonSchema.additionalProperties = true;
  // True for any JSON.
  delete jsonSchema.propertyNames;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The named schemas that a document refers to, by name. @param roots names of further ones */
export function schemasFor(
  document: unknown,
  target: Dialect,
  roots: readonly string[] = [],
): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(components, parameters(target));
  const needed = new Set([...roots, ...namesIn(document)]);
  for (const name of needed) for (const each of namesIn(schemas[name])) needed.add(each);
  return Object.fromEntries([...needed].sort().map((name) => [name, withoutIds(schemas[name] as JsonSchema)]));
}

function namesIn(part: unknown): readonly string[] {
  const references = JSON.stringify(part).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  return [...references].map(([, name = '']) => name);
}

/** A reference to a named schema. @throws Error when it has no name */
export function referenceTo(schema: z.core.$ZodType): { readonly $ref: string } {
  const { id } = components.get(schema) ?? {};
  if (id === undefined) throw new Error('a body must have a name: register its schema with the components');
  return { $ref: `${WHERE}${id}` };
}

/** A schema without a name, for a header or a parameter. */
export function inlineSchema(schema: z.core.$ZodType, target: Dialect): JsonSchema {
  return components.has(schema)
    ? referenceTo(schema)
    : withoutIds(z.toJSONSchema(schema, parameters(target)) as JsonSchema);
}

function withoutIds({ $schema, $id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
