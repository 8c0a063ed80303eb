import * as z from 'zod';
import type { FailureCode } from '../../../functions/core/outcome/outcome.ts';
import { parseApiVersion } from '../../../functions/core/request/api-version.ts';
import { IMAGE_ID, IMAGE_ID_RULE } from '../../../functions/core/request/image-id.ts';
import type { Source } from '../../../functions/core/request/reprocess-request.ts';
import { components } from './components.ts';

// Responses and events are strict objects here, so that tests find unexpected members. The documents are not strict
// (json-schemas.ts), because readers must ignore new members.

/** `.` and `..` are not valid path segments. A pattern with lookahead could express this, but not every language supports it. */
const NO_IMAGE_IDS = ['.', '..'];

export const imageId = z
  .string()
  .regex(IMAGE_ID)
  .refine((id) => !NO_IMAGE_IDS.includes(id))
  .meta({ not: { enum: NO_IMAGE_IDS } })
  .describe(`The image's id at Autoenhance: ${IMAGE_ID_RULE}. A UUID is compared in lower case.`)
  .register(components, { id: 'ImageId' });

export const requestId = z
  .string()
  .regex(/^(http|sqs|upload):[0-9a-f]{64}$/)
  .describe('This service’s id of the request, from any entry point.')
  .register(components, { id: 'RequestId' });

export const batchId = z
  .string()
  .regex(/^b_[0-9a-f]{32}$/)
  .describe('This service’s id of a batch.')
  .register(components, { id: 'BatchId' });

/** A time in the form that this service writes. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' });

/** W3C Trace Context, version 00 or one that begins like it. */
export const traceparent = z
  .string()
  .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/)
  .describe('The trace that it belongs to (W3C Trace Context).');

const SOURCES: Readonly<Record<Source, true>> = { http: true, sqs: true, upload: true };

export const source = z.enum(namesOf(SOURCES)).describe('The request’s entry point.');

const FAILURE_CODES: Readonly<Record<FailureCode, true>> = {
  invalid_request: true,
  request_id_reused: true,
  not_found: true,
  invalid_preferences: true,
  refused: true,
  gave_up: true,
  expired: true,
  internal: true,
};

export const failureCode = z
  .enum(namesOf(FAILURE_CODES))
  .describe('Why a request failed. Branch on this code.')
  .register(components, { id: 'FailureCode' });

export const apiVersion = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .refine((day) => parseApiVersion(day) !== undefined)
  .meta({ format: 'date' })
  .describe('The version of Autoenhance’s API that the request is sent with; without it, the stage’s.');

export const httpStatus = z.int().min(100).max(599);
export const count = z.int().min(0);

export const attempts = count.describe(
  'The number of attempts. An attempt that failed because of the account (401, 402) does not count.',
);
export const warnings = z.array(z.string()).describe('Texts for people.');

/** The keys of a record. The compiler ensures that none is missing. */
export function namesOf<Name extends string>(record: Readonly<Record<Name, true>>): [Name, ...Name[]] {
  return Object.keys(record) as [Name, ...Name[]];
}
