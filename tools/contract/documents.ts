import { clientTypes, type HttpDocument, type QueuesDocument } from './client/client-types.ts';
import { openApi } from './http/openapi.ts';
import { asyncApi } from './queues/asyncapi.ts';

/** The contract in machine form: each document's text, by its path from the project's root. */
export function contractDocuments(): Readonly<Record<string, string>> {
  const http = openApi();
  const queues = asyncApi();
  return {
    'docs/openapi.json': textOf(http),
    'docs/asyncapi.json': textOf(queues),
    'client/src/contract.ts': clientTypes(http as HttpDocument, queues as unknown as QueuesDocument),
  };
}

function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
