import { canonicalJson, isJsonObject, type JsonObject, parseJson } from '../../json.ts';
import type { Preferences } from '../../request/preferences.ts';
import { isUnderWay, statusOf } from '../image-status.ts';
import type { DueRequest } from './ports.ts';

/**
 * Whether a record with a final status is of this request's enhancement. It may still be of the one before: so the image must
 * have been seen under way since, or have the request's preferences.
 */
export function isOfRequest(request: DueRequest, record: JsonObject): boolean {
  return request.wasUnderWay || startedUnderWay(request) || hasPreferences(record, request.preferences);
}

/** Whether the endpoint's response to the call had the image under way. */
function startedUnderWay({ outcome }: DueRequest): boolean {
  if (outcome?.kind !== 'succeeded' || outcome.response === null) return false;
  const response = parseJson(outcome.response);
  return isJsonObject(response) && isUnderWay(statusOf(response));
}

/** Without any preference, every record would have them. */
function hasPreferences(record: JsonObject, preferences: Preferences): boolean {
  const wanted = Object.entries(preferences);
  return (
    wanted.length > 0 &&
    wanted.every(([name, value]) => name in record && canonicalJson(record[name]) === canonicalJson(value))
  );
}
