import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from './bad-request.ts';

export const IDEMPOTENCY_KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** @throws BadRequest */
export function idempotencyKeyOf({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): {
  readonly idempotencyKey?: string;
} {
  const key = headers['idempotency-key'];
  if (key === undefined) return {};
  if (IDEMPOTENCY_KEY.test(key)) return { idempotencyKey: key };
  throw new BadRequest(400, `Idempotency-Key must be 1 to 255 visible ASCII characters, got ${shown(key)}`);
}
