import type { JsonSchema } from '../json-schemas.ts';

const REFERENCE = '#/components/schemas/';
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The TypeScript type of what a JSON schema allows. @throws Error for a schema that has no type here */
export function typeText(schema: JsonSchema): string {
  const { $ref, const: only, enum: values, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === 'string') return $ref.slice(REFERENCE.length);
  if (only !== undefined) return literal(only);
  if (Array.isArray(values)) return union(values.map(literal));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.map(typeText));
  if (Array.isArray(type)) return union(type.map((each) => typeText({ ...schema, type: each })));
  if (type === 'array') return `readonly ${grouped(typeText((schema.items ?? {}) as JsonSchema))}[]`;
  if (type === 'object') return objectText(schema);
  const scalar = SCALARS[String(type)];
  if (scalar !== undefined) return scalar;
  if (Array.isArray(allOf)) return allOf.map((each) => grouped(typeText(each))).join(' & ');
  if (type === undefined) return 'unknown';
  throw new Error(`the client's types know no schema like ${JSON.stringify(schema)}: teach typeText about it`);
}

function objectText({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const members = Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => {
    const mark = (required as readonly string[]).includes(name) ? '' : '?';
    return `${commentText(member)}readonly ${nameText(name)}${mark}: ${typeText(member)};`;
  });
  const others = typeof additionalProperties === 'object' ? typeText(additionalProperties as JsonSchema) : 'unknown';
  // A document that says nothing of further members has readers ignore them.
  if (additionalProperties) members.push(`readonly [name: string]: ${others};`);
  return members.length === 0 ? 'Record<string, never>' : `{\n${indented(members.join('\n'))}\n}`;
}

/** A description as a comment before what it describes; empty when there is none. */
export function commentText({ description }: JsonSchema): string {
  return typeof description === 'string' ? `/** ${description.replaceAll('*/', '* /')} */\n` : '';
}

export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : String(value);
const nameText = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : literal(name));
const union = (types: readonly string[]) => [...new Set(types)].join(' | ');
const grouped = (type: string) => (/[|&]/.test(type) ? `(${type})` : type);
