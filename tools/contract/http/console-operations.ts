import * as z from 'zod';
import { session, signIn } from '../schemas/responses.ts';
import { always, failed, ownProblem, throttled, unavailable } from './common-responses.ts';
import type { Header } from './headers.ts';
import type { Operation, ResponsesByStatus } from './operation.ts';

const path = '/console/session';
const common = { path, tag: 'console' } as const;

/** A page of another origin cannot send it. */
const ofConsole: Readonly<Record<string, Header>> = {
  'x-reprocess-console': { description: 'Always 1.', schema: z.literal('1'), required: true },
};
const notOfConsole = ownProblem('The call lacks the header `x-reprocess-console: 1`.');
const everywhere: ResponsesByStatus = { 429: throttled, 500: failed, 503: unavailable };

/** The console's sessions. A stage without a console has none of these. */
export const CONSOLE_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    method: 'post',
    id: 'beginSession',
    summary: 'Sign in to the console',
    description: 'Sets a cookie for eight hours, which stands for the key on every route of `/v3`.',
    security: [],
    callHeaders: ofConsole,
    body: { schema: signIn, required: true },
    responses: {
      200: { description: 'The session.', headers: always, json: { schema: session, examples: ['session 200'] } },
      400: ownProblem('The body is not `{"key": "…"}` in JSON.'),
      401: ownProblem('This is no key of this service.'),
      403: notOfConsole,
      413: ownProblem('The body is over 4 KiB.'),
      415: ownProblem('The body is compressed.'),
      ...everywhere,
      429: {
        ...ownProblem('Ten sign-ins from this address were refused within a minute; or API Gateway’s own 429.'),
        headers: { ...always, RetryAfter: 'optional' },
        ...(throttled.json && { json: throttled.json }),
      },
    },
  },
  {
    ...common,
    method: 'get',
    id: 'readSession',
    summary: 'Read the session',
    security: ['consoleSession'],
    responses: {
      200: { description: 'The session.', headers: always, json: { schema: session } },
      401: ownProblem('There is none, it has ended, or its key was withdrawn.'),
      ...everywhere,
    },
  },
  {
    ...common,
    method: 'head',
    id: 'readSessionByHead',
    summary: 'The same without a body',
    security: ['consoleSession'],
    responses: {
      200: { description: 'There is a session.', headers: always },
      401: { description: 'There is none.', headers: always },
      ...everywhere,
    },
  },
  {
    ...common,
    method: 'delete',
    id: 'endSession',
    summary: 'Sign out',
    security: ['consoleSession'],
    callHeaders: ofConsole,
    responses: {
      204: { description: 'The cookie is removed.', headers: always },
      403: notOfConsole,
      ...everywhere,
    },
  },
];
