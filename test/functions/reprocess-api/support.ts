import { createHash } from 'node:crypto';
import middy from '@middy/core';
import { composeApi } from '../../../functions/composition/api.ts';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import { partnerMiddleware } from '../../../functions/lambda/partner-middleware.ts';
import { createApiHandler } from '../../../functions/reprocess-api/handler.ts';
import { retryAdvice } from '../../../functions/reprocess-api/retry-advice.ts';
import { routeOf } from '../../../functions/reprocess-api/routes.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { NO_LIMIT, NO_PARTNER_LIMITS, standingClock } from '../../support/fixtures.ts';
import { httpEvent } from '../../support/http-event.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

/** A partner's. */
export const KEY = 'canary-key-77d1';
/** Of another partner, and of an operator. */
export const OTHERS_KEY = 'canary-key-78e2';
export const OPERATORS_KEY = 'canary-key-79f3';
/** Of a partner that may make eight calls at once, and one a second. */
export const SLOWED_KEY = 'canary-key-80a4';
const keysOf = (key: string) => [{ sha256: createHash('sha256').update(key).digest('hex') }];
const SECRET = JSON.stringify({
  // While it changes its key.
  acme: { keys: [...keysOf(KEY), ...keysOf('canary-key-next')] },
  globex: { keys: keysOf(OTHERS_KEY) },
  initech: { keys: keysOf(SLOWED_KEY), calls_per_second: 1, burst: 8 },
  desk: { keys: keysOf(OPERATORS_KEY), role: 'operator' },
});
const ENVIRONMENT = {
  STAGE: 'test',
  LOG_LEVEL: 'info',
  LEDGER_TABLE: 'ledger',
  REQUESTS_QUEUE_URL: 'http://sqs/requests.fifo',
  PARTNER_KEYS_SECRET_ID: 'the/partner-keys',
  PARTNER_KEYS_TTL_SECONDS: 50,
  DEAD_LETTERS_QUEUE_URL: 'http://sqs/dead-letters.fifo',
  VERSION: '1.2.3',
  CONSOLE: 'on',
  SESSION_SECRET_ID: 'the/session-secret',
  MAX_QUEUE_DEPTH: 10,
  ...NO_LIMIT,
  ...NO_PARTNER_LIMITS,
} as const;

const empty = (async () => ({})) as never;

/** Signs the console's sessions. */
export const SESSION_SECRET = 'canary-session-secret-5b1e9f7a20c84d63';
const SECRETS: Readonly<Record<string, string>> = { 'the/partner-keys': SECRET, 'the/session-secret': SESSION_SECRET };

/** The function, wired as index.ts wires it, over a ledger and a queue that take everything, but for what a test changes. */
export function openApi(change: Partial<Runtime>) {
  const lines: string[] = [];
  const runtime: Runtime = {
    dynamo: empty,
    sqs: empty,
    invocation: {},
    secrets: (async ({ input }: { readonly input: { readonly SecretId: string } }) => ({
      SecretString: SECRETS[input.SecretId],
    })) as never,
    clock: standingClock(),
    random: () => 0,
    randomId: () => 'random',
    write: (line) => void lines.push(line),
    ...change,
  };
  const composed = composeApi(ENVIRONMENT, runtime);
  const { invocation } = runtime;
  const handler = middy(createApiHandler(composed)).use(
    partnerMiddleware(composed, { invocation, routeOf, retryAdvice }),
  );
  const call = async (given: Parameters<typeof httpEvent>[0]) =>
    (await handler(httpEvent(given), lambdaContext())) as HttpResponse;
  return { call, lines };
}
