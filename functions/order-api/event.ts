import type { OnlyImages } from '../core/batch/creating/order.ts';
import { PICTURES, type PictureKind } from '../core/image/ports.ts';
import { isJsonObject } from '../core/json.ts';
import { IMAGE_ID_RULE, parseImageId } from '../core/request/image-id.ts';
import { misplacedIn } from '../core/request/misplaced.ts';
import { type Preferences, shown } from '../core/request/preferences.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { batchNameOf, flagOf, preferencesOf } from '../lambda/batch-input.ts';
import { idempotencyKeyOf } from '../lambda/call-headers.ts';
import { bodyTextOf, jsonOf, refuseUnknown } from '../lambda/json-body.ts';
import { oneOf } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';

export interface OrderInput {
  readonly orderId: string;
  readonly preferences: Preferences;
  readonly only: OnlyImages;
  readonly name?: string;
  readonly isDryRun: boolean;
  readonly idempotencyKey?: string;
}

/** @param id the path's segment. @throws BadRequest */
export function parseId(what: 'image' | 'order', id: string): string {
  const parsed = parseImageId(id);
  if (parsed !== undefined) return parsed;
  throw new BadRequest(422, `the ${what} id must be ${IMAGE_ID_RULE}, got ${shown(id)}`);
}

/** Which picture a call asks for: the enhanced one unless it says so. @throws BadRequest */
export function parsePictureKind({ queryStringParameters }: PartnerEvent): PictureKind {
  return oneOf('of', queryStringParameters?.of, PICTURES) ?? 'enhanced';
}

/** Holds the ids of more images than an order has. */
const MAX_BODY_BYTES = 1024 * 1024;
const MEMBERS = ['preferences', 'only', 'name'];
const RULE =
  '{"preferences": {...}, "only": {"status": [...], "image_ids": [...]}, "name": "..."}, of which preferences is required';

/** @param id the path's segment. @throws BadRequest */
export function parseOrderInput(event: PartnerEvent, id: string): OrderInput {
  const orderId = parseId('order', id);
  const body = jsonOf(bodyTextOf(event, MAX_BODY_BYTES), `JSON, ${RULE}`);
  if (!isJsonObject(body)) throw new BadRequest(422, `the body must be ${RULE}, got ${shown(body)}`);
  refuseUnknown(body, MEMBERS, `the body must be ${RULE}`);
  const name = batchNameOf(body.name ?? event.queryStringParameters?.name);
  return {
    orderId,
    preferences: checkedPreferencesOf(body.preferences),
    only: onlyOf(body.only),
    isDryRun: flagOf(event, 'dry_run'),
    ...(name !== undefined && { name }),
    ...idempotencyKeyOf(event),
  };
}

function checkedPreferencesOf(value: unknown): Preferences {
  const preferences = preferencesOf(value);
  const misplaced = misplacedIn(preferences);
  if (misplaced.length > 0) {
    throw new BadRequest(422, `${misplaced.join(', ')} must not stand among the preferences`);
  }
  return preferences;
}

const CHOICES = ['status', 'image_ids'];
const ONLY_RULE = 'only must be {"status": [...], "image_ids": [...]}, each an array of strings that is not empty';

function onlyOf(value: unknown): OnlyImages {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new BadRequest(422, `${ONLY_RULE}, got ${shown(value)}`);
  refuseUnknown(value, CHOICES, ONLY_RULE);
  const { status, image_ids: imageIds } = value;
  refuseNoList('status', status);
  refuseNoList('image_ids', imageIds);
  return {
    ...(isListOfText(status) && { status: status.map((each) => each.toLowerCase()) }),
    ...(isListOfText(imageIds) && { imageIds: imageIds.map((each) => parseImageId(each) ?? each) }),
  };
}

function refuseNoList(name: string, value: unknown): void {
  if (value === undefined || isListOfText(value)) return;
  const wrong = Array.isArray(value) ? value.find((each) => typeof each !== 'string') : value;
  const received = wrong === undefined ? 'an empty one' : shown(wrong);
  throw new BadRequest(422, `only.${name} must be an array of strings that is not empty, got ${received}`);
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}
