import * as z from 'zod';
import { ISO_8601 } from '../../../functions/core/request/not-after.ts';
import { MAX_REQUEST_ID_CHARACTERS } from '../../../functions/core/request/request-message.ts';
import { apiVersion, imageId } from './common.ts';
import { components } from './components.ts';
import { preferences } from './preferences.ts';

/** A time as callers give it: with any offset, and also without seconds. */
export const notAfter = z
  .string()
  .regex(ISO_8601)
  .refine((value) => !Number.isNaN(Date.parse(value)))
  .meta({ format: 'date-time' })
  .describe('A date and time with an offset. Once it has passed, a request that was not sent yet ends as `expired`.');

const RESERVED = /^(http|upload):/;

const senderRequestId = z
  .string()
  .min(1)
  .max(MAX_REQUEST_ID_CHARACTERS)
  .refine((id) => !RESERVED.test(id))
  .meta({ not: { pattern: RESERVED.source } })
  .describe(
    'The sender’s own id of the request. A message that comes under an id which its sender used before is the same request.',
  );

/** A request as back-end systems put it on the queue. This service's own entry points add to it what is theirs alone. */
export const requestMessage = z
  .strictObject({
    image_id: imageId,
    preferences,
    request_id: senderRequestId.nullish(),
    not_after: notAfter.nullish(),
    api_version: apiVersion.nullish(),
  })
  .describe('A wish to have an image processed again. A member that is not here is refused.')
  .register(components, { id: 'RequestMessage' });
