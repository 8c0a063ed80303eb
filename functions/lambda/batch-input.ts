import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Preferences, parsePreferences, shown } from '../core/request/preferences.ts';
import { BadRequest } from './bad-request.ts';

const LONGEST_NAME = 200;
// Of a folder, of another folder's, or nothing that a person can read. Half a character can be put into no URL.
const NO_NAME = /[/\\\p{Cc}\p{Surrogate}]|^\.{1,2}$/u;

/** A batch's name; undefined when none was given. @throws BadRequest */
export function batchNameOf(value: unknown, what = 'name'): string | undefined {
  if (value === undefined || value === null) return undefined;
  const name = typeof value === 'string' ? value.trim() : '';
  if (name !== '' && [...name].length <= LONGEST_NAME && !NO_NAME.test(name)) return name;
  const rule = `text of 1 to ${LONGEST_NAME} characters without slashes, control characters and halves of a character`;
  throw new BadRequest(422, `${what} must be ${rule}, got ${shown(value)}`);
}

/** A switch in the query: `?dry_run=true`, or `?dry_run` alone. @throws BadRequest */
export function flagOf({ queryStringParameters }: APIGatewayProxyEventV2, name: string): boolean {
  const value = queryStringParameters?.[name];
  if (value === undefined) return false;
  if (['', '1', 'true'].includes(value.toLowerCase())) return true;
  if (['0', 'false'].includes(value.toLowerCase())) return false;
  throw new BadRequest(400, `${name} must be true or false, got ${shown(value)}`);
}

/** The preferences that all requests of a batch have. @throws BadRequest */
export function preferencesOf(value: unknown): Preferences {
  const parsed = parsePreferences(value);
  if (parsed.ok) return parsed.preferences;
  throw new BadRequest(422, parsed.problems.map(({ message }) => message).join('; '));
}
