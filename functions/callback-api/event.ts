import { mayOperate } from '../core/access.ts';
import { CALLBACK_EVENTS, type CallbackEventType, type Target } from '../core/callback/callback.ts';
import { callbackUrlProblem, type Receivers } from '../core/callback/callback-url.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { PARTNER_NAME, type Partner } from '../core/partner-keys.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { bodyTextOf, jsonOf, refuseUnknown } from '../lambda/json-body.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';

const MAX_BODY_BYTES = 16 * 1024;

/** Whose callback is meant: the caller's own, or, for an operator, that of `?partner=`. @throws BadRequest */
export function partnerOf({ queryStringParameters }: PartnerEvent, caller: Partner): string {
  const asked = queryStringParameters?.partner;
  if (!mayOperate(caller)) {
    const { name } = caller;
    if (asked === undefined || asked === name) return name;
    throw new BadRequest(400, `partner must be ${name} or be left out, got ${shown(asked)}: a callback is one's own`);
  }
  if (asked !== undefined && PARTNER_NAME.test(asked)) return asked;
  const got = `got ${shown(asked)}`;
  throw new BadRequest(
    400,
    `partner must be the name of a partner, ${got}: a key with the role operator has no callback of its own`,
  );
}

/** Requests from the queue and from the bucket's own files have no partner, and so no callbacks. */
const REQUEST_OF_PARTNER = /^(http|upload):[0-9a-f]{64}$/;

/** The request that is asked for, if it is one's callbacks alone. @throws BadRequest */
export function requestIdOf({ queryStringParameters }: PartnerEvent): string | undefined {
  const asked = queryStringParameters?.request_id;
  if (asked === undefined || REQUEST_OF_PARTNER.test(asked)) return asked;
  const rule = 'request_id must be http: or upload: and 64 hexadecimal digits';
  throw new BadRequest(400, `${rule}, got ${shown(asked)}: no other request has callbacks`);
}

/** @throws BadRequest */
export function parseCallback(event: PartnerEvent, receivers: Receivers): Pick<Target, 'url' | 'events'> {
  const body = bodyOf(event);
  refuseUnknown(body, ['url', 'events'], 'the body may have url and events');
  const problem = callbackUrlProblem(body.url, receivers);
  if (problem !== undefined) throw new BadRequest(422, problem);
  return { url: String(body.url), events: eventsOf(body.events) };
}

function bodyOf(event: PartnerEvent): JsonObject {
  const value = jsonOf(bodyTextOf(event, MAX_BODY_BYTES), 'JSON, {"url": "https://..."}');
  if (isJsonObject(value)) return value;
  throw new BadRequest(422, `the body must be a JSON object with url, got ${shown(value)}`);
}

/** All of them unless some are named. */
function eventsOf(value: unknown): readonly CallbackEventType[] {
  if (value === undefined || value === null) return CALLBACK_EVENTS;
  const rule = `events must be a list of at least one of ${CALLBACK_EVENTS.join(', ')}`;
  if (!Array.isArray(value) || value.length === 0) throw new BadRequest(422, `${rule}, got ${shown(value)}`);
  const unknown = value.find((each) => !CALLBACK_EVENTS.includes(each));
  if (unknown !== undefined) throw new BadRequest(422, `${rule}, got ${shown(unknown)}`);
  return CALLBACK_EVENTS.filter((each) => value.includes(each));
}
