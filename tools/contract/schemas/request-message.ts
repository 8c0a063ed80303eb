import * as z from 'zod';
import { ISO_8601 } from '../../../functions/core/request/not-after.ts';
import { MAX_REQUEST_ID_CHARACTERS } from '../../../functions/core/request/request-message.ts';
import { apiVersion, imageId } from './common.ts';
import { components } from './components.ts';
import { preferences } from './preferences.ts';

/** A caller's time: with any offset, and optionally without seconds. */
export const notAfter = z
  .string()
  .regex(ISO_8601)
  .refine((value) => !Number.isNaN(Date.parse(value)))
  .meta({ format: 'date-time' })
  .describe('A date and time with an offset. A request that has not been sent when it passes ends as `expired`.');

const RESERVED = /^(http|upload):/;

const senderRequestId = z
  .string()
  .min(1)
  .max(MAX_REQUEST_ID_CHARACTERS)
  .refine((id) => !RESERVED.test(id))
  .meta({ not: { pattern: RESERVED.source } })
  .describe('The sender’s own id of the request. Another message of the same sender with this id is the same request.');

/** A request that a back-end system sends to the queue. This service's own entry points add members of their own. */
export const requestMessage = z
  .strictObject({
    image_id: imageId,
    preferences,
    request_id: senderRequestId.nullish(),
    not_after: notAfter.nullish(),
    api_version: apiVersion.nullish(),
  })
  .describe('A request to process an image again. Unknown members are refused.')
  .register(components, { id: 'RequestMessage' });
