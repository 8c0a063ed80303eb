import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isJsonObject, jsonIfAny } from '../core/json.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { bodyTextOf } from '../lambda/json-body.ts';

const MAX_BODY_BYTES = 4096;
/** What came is not quoted: it may be a key. */
const RULE = 'the body must be {"key": "…"}, the key of this service to sign in with, as JSON in UTF-8';

/** @returns the key that was presented. @throws BadRequest */
export function parseSignIn(event: APIGatewayProxyEventV2): string {
  const body = jsonIfAny(bodyTextOf(event, MAX_BODY_BYTES));
  if (!isJsonObject(body) || typeof body.key !== 'string') throw new BadRequest(400, RULE);
  return body.key.trim();
}
