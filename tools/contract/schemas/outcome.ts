import * as z from 'zod';
import { apiVersion, failureCode, httpStatus, imageId, requestId, source, time } from './common.ts';
import { components } from './components.ts';
import { preferences } from './preferences.ts';

/** Why a request failed, in events and in responses. */
export const outcomeError = z
  .strictObject({
    code: failureCode,
    title: z.string().describe('The code in words.'),
    detail: z.string().describe('What happened, for people.'),
    status: httpStatus.optional().describe('Status of Autoenhance’s last response, if there was one.'),
    endpoint: z.unknown().optional().describe('Autoenhance’s last response: its JSON, or its text if it was not JSON.'),
    may_have_acted: z
      .literal(true)
      .optional()
      .describe('The response to a call was lost, so the enhancement may have started.'),
  })
  .describe('Why a request failed.')
  .register(components, { id: 'OutcomeError' });

const place = {
  file: z.string().optional().describe('The key of the uploaded file.'),
  line: z.int().min(1).optional().describe('The line in the uploaded file.'),
};

const known = {
  request_id: requestId,
  image_id: imageId,
  preferences,
  sender_request_id: z.string().optional().describe('The message’s `request_id`.'),
  partner: z.string().optional().describe('The partner who sent it over HTTP.'),
  not_after: time.optional(),
  api_version: apiVersion.optional(),
  again_for: requestId
    .optional()
    .describe('The request that failed only for the daily limit, and that this one sends again.'),
  source,
  accepted_at: time,
  ...place,
};

/** A request in events. */
export const knownRequest = z.strictObject(known).describe('The request.').register(components, { id: 'Request' });

/** A request in events of finished images. */
export const meantRequest = z
  .strictObject({
    ...known,
    ambiguous: z.literal(true).optional().describe('The completion may belong to another request for the image.'),
  })
  .describe('The request that the image was finished for.')
  .register(components, { id: 'MeantRequest' });

/** A message that is not a valid request, in its event. */
export const unreadableRequest = z
  .strictObject({
    request_id: requestId,
    image_id: imageId.optional(),
    original: z.string().describe('The first 64 KiB of the message.'),
    source,
    accepted_at: time,
    ...place,
  })
  .describe('A message or line that is not a valid request.')
  .register(components, { id: 'UnreadableRequest' });
