import * as z from 'zod';
import { PICTURES } from '../../../functions/core/image/ports.ts';
import { batchProblem } from '../schemas/batches.ts';
import { imageId } from '../schemas/common.ts';
import { imageRecord } from '../schemas/image-record.ts';
import { refusal } from '../schemas/responses.ts';
import { always, failed, ownProblem, PARTNER, throttled, unauthorized, unavailable } from './common-responses.ts';
import type { Operation, ResponsesByStatus } from './operation.ts';

const image = { name: 'id', schema: imageId, description: 'The image’s id.' };

const unread: ResponsesByStatus = {
  401: unauthorized,
  404: {
    description: 'You have no request for this image, or Autoenhance has no such image or picture.',
    headers: always,
    json: { schema: refusal },
  },
  422: ownProblem('The image id is not valid.'),
  429: throttled,
  500: failed,
  502: { description: 'Autoenhance refused to show it.', headers: always, problem: { schema: batchProblem } },
  503: { ...unavailable, problem: { schema: batchProblem } },
};

/** What is read from Autoenhance while the caller waits. */
export const IMAGE_READS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/images/{id}',
    id: 'readImage',
    summary: 'Read an image as it is at Autoenhance now',
    description:
      'Autoenhance’s record, unchanged, of an image for which you have a request; an operator’s key reads any. Not while a person has paused the account.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    responses: {
      200: { description: 'The record.', headers: always, json: { schema: imageRecord, examples: ['image 200'] } },
      ...unread,
    },
  },
  {
    method: 'get',
    path: '/v3/images/{id}/preview',
    id: 'previewImage',
    summary: 'See the preview of an image',
    description: 'For the same callers. Always Autoenhance’s preview: the full size, which costs, is never asked for.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    query: {
      of: { description: 'Which picture; `enhanced` by default.', schema: z.enum(PICTURES) },
      v: { description: 'Anything: another value is another address for a browser’s cache.', schema: z.string() },
    },
    responses: {
      200: {
        description: 'The picture, of at most 4 MiB.',
        headers: always,
        files: ['image/jpeg', 'image/png', 'image/webp', 'image/svg+xml'],
      },
      400: ownProblem('`of` has a value that is not allowed, or there is another parameter.'),
      ...unread,
    },
  },
];
