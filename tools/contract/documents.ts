import { openApi } from './http/openapi.ts';
import { asyncApi } from './queues/asyncapi.ts';

/** The contract in machine form: each document's text, by its path from the project's root. */
export function contractDocuments(): Readonly<Record<string, string>> {
  return { 'docs/openapi.json': textOf(openApi()), 'docs/asyncapi.json': textOf(asyncApi()) };
}

function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
