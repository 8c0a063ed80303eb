import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { shown } from '../core/request/preferences.ts';
import type { AskedPage } from '../core/request/request-lists.ts';
import { BadRequest } from './bad-request.ts';

export const PAGE = { usual: 20, longest: 100 };

/** @throws BadRequest */
export function parsePage({ queryStringParameters }: Pick<APIGatewayProxyEventV2, 'queryStringParameters'>): AskedPage {
  const { limit, cursor } = queryStringParameters ?? {};
  return { limit: limitOf(limit), ...(cursor !== undefined && { cursor }) };
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return PAGE.usual;
  const value = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (value >= 1 && value <= PAGE.longest) return value;
  throw new BadRequest(400, `limit must be a whole number from 1 to ${PAGE.longest}, got ${shown(limit)}`);
}

/** A value of the query that must be one of some. @throws BadRequest */
export function oneOf<Value extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value.toLowerCase());
  if (found !== undefined) return found;
  throw new BadRequest(400, `${name} must be one of ${allowed.join(', ')}, got ${shown(value)}`);
}

const CODE = /^[a-z_]{1,64}$/;

/** `?code=` of a list: the code of a failure. @throws BadRequest */
export function codeOf({ queryStringParameters }: Pick<APIGatewayProxyEventV2, 'queryStringParameters'>): {
  readonly code?: string;
} {
  const code = queryStringParameters?.code;
  if (code === undefined) return {};
  if (CODE.test(code)) return { code };
  throw new BadRequest(400, `code must be a failure's code such as not_found, got ${shown(code)}`);
}
