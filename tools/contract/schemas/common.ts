import * as z from 'zod';
import type { FailureCode } from '../../../functions/core/outcome/outcome.ts';
import { parseApiVersion } from '../../../functions/core/request/api-version.ts';
import { IMAGE_ID, IMAGE_ID_RULE } from '../../../functions/core/request/image-id.ts';
import type { Source } from '../../../functions/core/request/reprocess-request.ts';
import { components } from './components.ts';

// What goes out is described by strict objects, so that a test sees a member too many. The documents leave out the
// strictness (json-schemas.ts): whoever reads is to ignore members that are new.

/** `.` and `..` are no segments of a path. A pattern that looks ahead could say so, but not every language reads one. */
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
  .describe('The request as this service knows it, whatever entry point it came through.')
  .register(components, { id: 'RequestId' });

/** As this service writes a time. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' });

/** W3C Trace Context, version 00 or one that begins like it. */
export const traceparent = z
  .string()
  .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/)
  .describe('The trace that it belongs to, as W3C Trace Context writes it.');

const SOURCES: Readonly<Record<Source, true>> = { http: true, sqs: true, upload: true };

export const source = z.enum(namesOf(SOURCES)).describe('The entry point that the request came through.');

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
  .describe('Why a request will not be tried again: branch on it.')
  .register(components, { id: 'FailureCode' });

export const apiVersion = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .refine((day) => parseApiVersion(day) !== undefined)
  .meta({ format: 'date' })
  .describe('The version of Autoenhance’s API that the request is sent under; without it, the stage’s.');

export const httpStatus = z.int().min(100).max(599);
export const count = z.int().min(0);

export const attempts = count.describe(
  'Attempts begun, 0 where none was. An attempt that the account’s fault ended (401, 402) is not counted.',
);
export const warnings = z.array(z.string()).describe('Texts for people.');

/** The keys of a record, of which the compiler sees to it that none is missing. */
export function namesOf<Name extends string>(record: Readonly<Record<Name, true>>): [Name, ...Name[]] {
  return Object.keys(record) as [Name, ...Name[]];
}
