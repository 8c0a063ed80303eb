import type * as z from 'zod';
import { plainPath } from '../../../functions/lambda/paths.ts';
import { RESPONSE_HEADERS, type ResponseHeader } from './headers.ts';
import type { Operation, ResponseSpec } from './operation.ts';
import { OPERATIONS } from './operations.ts';

/** The operation for a call. The webhook's path must match exactly. */
export function operationFor(method: string, path: string): Operation | undefined {
  const pathFor = ({ tag }: Operation) => (tag === 'webhook' ? path : plainPath(path));
  return OPERATIONS.find((each) => each.method === method.toLowerCase() && patternOf(each).test(pathFor(each)));
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

export function responseFor({ responses }: Operation, status: number): ResponseSpec | undefined {
  return responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
}

/** The schema of a response's body. @param contentType the response's own */
export function bodySchemaFor(response: ResponseSpec, contentType: string): z.core.$ZodType | undefined {
  return (contentType === 'application/problem+json' ? response.problem : response.json)?.schema;
}

/** The headers that a response may have, by their names in lower case. */
export function headersOf({ headers = {} }: ResponseSpec) {
  const entries = Object.entries(headers).map(([key, need]) => {
    const header = RESPONSE_HEADERS[key as ResponseHeader];
    return [header.name.toLowerCase(), { ...header, isRequired: need === 'required' }] as const;
  });
  return Object.fromEntries(entries);
}
