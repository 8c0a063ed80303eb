import * as z from 'zod';
import { PAGE } from '../../../functions/lambda/page.ts';
import {
  callback,
  callbackProblem,
  callbackTest,
  delivery,
  deliveryList,
  messageId,
  newCallback,
  partnerList,
  rotatedSecret,
} from '../schemas/callbacks.ts';
import { requestId } from '../schemas/common.ts';
import {
  always,
  failed,
  forOperators,
  noChangeBySession,
  PARTNER,
  problemOf,
  throttled,
  unauthorized,
  unavailable,
} from './common-responses.ts';
import type { Header } from './headers.ts';
import type { Operation, ResponsesByStatus } from './operation.ts';

const wrong = problemOf(callbackProblem);

const badQuery = wrong('A parameter has a value that is not allowed.');
const everywhere: ResponsesByStatus = {
  400: badQuery,
  401: unauthorized,
  429: throttled,
  500: failed,
  503: unavailable,
};
/** Of what changes something. */
const ofChanges: ResponsesByStatus = { ...everywhere, 403: noChangeBySession };
const noCallback = wrong('There is no callback, or no such partner.');
const noPartner = wrong('An operator names a partner that there is not.');
const conflict = wrong('The callback was changed at the same time, or four secrets sign already.');

const WHOSE: Readonly<Record<string, Header>> = {
  partner: { description: 'For an operator, who has to name one: the partner.', schema: z.string() },
};

const common = { tag: 'callbacks', security: PARTNER, query: WHOSE } as const;

export const CALLBACK_READS: readonly Operation[] = [
  {
    ...common,
    method: 'get',
    path: '/v3/callback',
    id: 'readCallback',
    summary: 'Read your callback',
    description: 'Its secret is never shown again.',
    responses: {
      200: { description: 'The callback.', headers: always, json: { schema: callback, examples: ['callback 200'] } },
      404: noCallback,
      ...everywhere,
    },
  },
  {
    ...common,
    method: 'get',
    path: '/v3/callback/deliveries',
    id: 'listDeliveries',
    summary: 'List what was delivered, newest first',
    description: 'For 14 days after the last attempt.',
    query: {
      ...WHOSE,
      limit: {
        description: `The largest number on a page; ${PAGE.usual} by default. A page may be shorter and have a next one.`,
        schema: z.int().min(1).max(PAGE.longest),
      },
      cursor: { description: 'The `next_cursor` of the page before.', schema: z.string() },
      request_id: {
        description:
          'Only what was told of this request: how it was started or failed, and how its image ended. It fits one page.',
        schema: requestId,
      },
    },
    responses: {
      200: { description: 'One page.', headers: always, json: { schema: deliveryList, examples: ['deliveries 200'] } },
      404: noPartner,
      ...everywhere,
    },
  },
  {
    method: 'get',
    path: '/v3/partners',
    id: 'listPartners',
    summary: 'List who may call, and how their callbacks do',
    description: 'For keys with the role `operator`. All of them, by name.',
    tag: 'callbacks',
    security: PARTNER,
    responses: {
      200: {
        description: 'Everybody who has a key.',
        headers: always,
        json: { schema: partnerList, examples: ['partners 200'] },
      },
      401: unauthorized,
      403: forOperators,
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
];

export const CALLBACK_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    method: 'put',
    path: '/v3/callback',
    id: 'setCallback',
    summary: 'Set your callback',
    description: 'Sends a signed test to the URL first, and changes nothing if the test fails. Also ends a pause.',
    body: { schema: newCallback, required: true, examples: ['new-callback'] },
    responses: {
      200: { description: 'The callback is changed.', headers: always, json: { schema: callback } },
      201: {
        description: 'The callback is set. Its secret is shown this once.',
        headers: always,
        json: { schema: callback, examples: ['callback 201'] },
      },
      404: noPartner,
      409: conflict,
      413: wrong('The body is over 16 KiB.'),
      415: wrong('The body is compressed.'),
      422: wrong('The URL or the events are not allowed, or the test failed.', 'callback-problem 422'),
      ...ofChanges,
    },
  },
  {
    ...common,
    method: 'delete',
    path: '/v3/callback',
    id: 'removeCallback',
    summary: 'Remove your callback',
    description: 'With its secrets. What waits to be delivered is dropped.',
    responses: { 204: { description: 'There is none any more.', headers: always }, 404: noPartner, ...ofChanges },
  },
  {
    ...common,
    method: 'post',
    path: '/v3/callback/test',
    id: 'testCallback',
    summary: 'Send a test to your receiver',
    description: 'A test that succeeds ends a pause.',
    responses: {
      200: {
        description: 'What came back, success or not.',
        headers: always,
        json: { schema: callbackTest },
      },
      404: noCallback,
      ...ofChanges,
    },
  },
  {
    ...common,
    method: 'post',
    path: '/v3/callback/rotate',
    id: 'rotateCallbackSecret',
    summary: 'Get a new secret',
    description: 'For 24 hours the old and the new one sign.',
    responses: {
      200: { description: 'The new secret, this once.', headers: always, json: { schema: rotatedSecret } },
      404: noCallback,
      409: conflict,
      ...ofChanges,
    },
  },
  {
    ...common,
    method: 'post',
    path: '/v3/callback/deliveries/{id}/resend',
    id: 'resendDelivery',
    summary: 'Send a callback once more',
    description: 'At once, under the same `webhook-id`.',
    pathParameter: { name: 'id', schema: messageId, description: 'The delivery’s id.' },
    responses: {
      200: {
        description: 'The delivery with this attempt, success or not.',
        headers: always,
        json: { schema: delivery },
      },
      404: wrong('There is no such delivery, or it is another partner’s; or there is no callback.'),
      ...ofChanges,
    },
  },
];
