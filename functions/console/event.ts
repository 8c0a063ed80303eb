import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isJsonObject, parseJson } from '../core/json.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { readBody } from '../lambda/http.ts';

const MAX_BODY_BYTES = 4096;
/** What came is not quoted: it may be a key. */
const RULE = 'the body must be {"key": "…"}, the key of this service to sign in with, as JSON in UTF-8';

/** @returns the key that was presented. @throws BadRequest */
export function parseSignIn(event: APIGatewayProxyEventV2): string {
  const read = readBody(event, MAX_BODY_BYTES);
  if ('refusal' in read) throw new BadRequest(read.refusal.status, read.refusal.detail);
  const body = jsonOf(read.text);
  if (!isJsonObject(body) || typeof body.key !== 'string') throw new BadRequest(400, RULE);
  return body.key.trim();
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new BadRequest(400, RULE);
  }
}
