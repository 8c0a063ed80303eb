import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type JsonObject, parseJson, TOO_DEEP } from '../core/json.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from './bad-request.ts';
import { readBody } from './http.ts';

/** A call's body. @throws BadRequest */
export function bodyTextOf(event: APIGatewayProxyEventV2, maxBytes: number): string {
  const read = readBody(event, maxBytes);
  if ('refusal' in read) throw new BadRequest(read.refusal.status, read.refusal.detail);
  return read.text;
}

/** @param rule what the body must be. @param hint for what is no JSON. @throws BadRequest */
export function jsonOf(text: string, rule: string, hint = ''): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof RangeError) throw new BadRequest(400, TOO_DEEP);
    throw new BadRequest(400, `the body must be ${rule}, got ${shown(text)}${hint}`);
  }
}

/** @param rule what the value must be. @throws BadRequest for an object with other members than these */
export function refuseUnknown(value: JsonObject, known: readonly string[], rule: string): void {
  const unknown = Object.keys(value).filter((member) => !known.includes(member));
  if (unknown.length > 0) throw new BadRequest(422, `${rule}, got also ${shown(unknown.join(', '))}`);
}
