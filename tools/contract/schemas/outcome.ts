import * as z from 'zod';
import { apiVersion, failureCode, httpStatus, imageId, requestId, source, time } from './common.ts';
import { components } from './components.ts';
import { preferences } from './preferences.ts';

/** Why a request failed, in its event and where its partner reads it. */
export const outcomeError = z
  .strictObject({
    code: failureCode,
    title: z.string().describe('The code in words.'),
    detail: z.string().describe('What happened, for people.'),
    status: httpStatus.optional().describe('Of Autoenhance’s last response, where one came.'),
    endpoint: z.unknown().optional().describe('Autoenhance’s last response: its JSON, or its text where it was none.'),
    may_have_acted: z
      .literal(true)
      .optional()
      .describe('A call was sent whose response never came: the enhancement may have started all the same.'),
  })
  .describe('Why a request will not be tried again.')
  .register(components, { id: 'OutcomeError' });

const place = {
  file: z.string().optional().describe('The key of the uploaded file.'),
  line: z.int().min(1).optional().describe('The line in the uploaded file.'),
};

const known = {
  request_id: requestId,
  image_id: imageId,
  preferences,
  sender_request_id: z.string().optional().describe('The `request_id` that a message came with.'),
  partner: z.string().optional().describe('Who asked over HTTP.'),
  not_after: time.optional(),
  api_version: apiVersion.optional(),
  source,
  accepted_at: time,
  ...place,
};

/** A request as events show it. */
export const knownRequest = z
  .strictObject(known)
  .describe('The request as it was understood.')
  .register(components, { id: 'Request' });

/** A request as the events of finished images show it. */
export const meantRequest = z
  .strictObject({
    ...known,
    ambiguous: z.literal(true).optional().describe('Another request of the image may have been meant as well.'),
  })
  .describe('The request that the image was finished for.')
  .register(components, { id: 'MeantRequest' });

/** A message that was no request, as its event shows it. */
export const unreadableRequest = z
  .strictObject({
    request_id: requestId,
    image_id: imageId.optional(),
    original: z.string().describe('The first 64 KiB of what came.'),
    source,
    accepted_at: time,
    ...place,
  })
  .describe('What is known of a message or line that could not be understood.')
  .register(components, { id: 'UnreadableRequest' });
