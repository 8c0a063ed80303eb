import { createHash } from 'node:crypto';
import middy from '@middy/core';
import { composeConsole } from '../../../functions/composition/console.ts';
import { createConsoleHandler } from '../../../functions/console/handler.ts';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import { problemDetails } from '../../../functions/lambda/problem-details.ts';
import { securityHeaders } from '../../../functions/lambda/security-headers.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

/** A partner's. */
export const KEY = 'canary-key-91ac';
const keysOf = (key: string) => [{ sha256: createHash('sha256').update(key).digest('hex') }];
const PARTNER_KEYS = {
  acme: { keys: keysOf(KEY) },
  desk: { keys: keysOf('desk-key'), role: 'operator' },
};
export const SECRETS: Readonly<Record<string, string>> = {
  partners: JSON.stringify(PARTNER_KEYS),
  sessions: 'canary-session-secret-0d7c41e88f5b4f7e',
};
/** What the page sends with each change. */
export const OF_CONSOLE = { 'x-reprocess-console': '1' };

export interface ConsoleOptions {
  /** Holds the page. */
  readonly folder: string;
  readonly dynamo: Runtime['dynamo'];
  readonly table: string;
  readonly setting?: 'on' | 'read-only';
  readonly secrets?: Readonly<Record<string, string>>;
}

let addresses = 0;

/** The function, wired as index.ts wires it, 20 s after noon. */
export function openConsole({ folder, dynamo, table, setting = 'on', secrets = SECRETS }: ConsoleOptions) {
  const lines: string[] = [];
  const clock = standingClock(NOON + 20_000);
  const runtime: Runtime = {
    dynamo,
    sqs: undefined as never,
    secrets: (async ({ input }: { readonly input: { readonly SecretId: string } }) => ({
      SecretString: secrets[input.SecretId],
    })) as never,
    invocation: {},
    clock,
    random: () => 0,
    randomId: () => 'random',
    write: (line) => void lines.push(line),
  };
  const environment = {
    STAGE: 'test',
    LOG_LEVEL: 'info',
    LEDGER_TABLE: table,
    PARTNER_KEYS_SECRET_ID: 'partners',
    PARTNER_KEYS_TTL_SECONDS: 50,
    CONSOLE: setting,
    SESSION_SECRET_ID: 'sessions',
    LAMBDA_TASK_ROOT: folder,
  } as const;
  const composed = composeConsole(environment, runtime);
  const handler = middy(createConsoleHandler(composed))
    .use(securityHeaders())
    .use(problemDetails(composed, () => ': make the same call again'));
  const address = `10.0.0.${++addresses}`;

  async function call(request: HttpRequest, cookies: readonly string[] = [], from = address) {
    const event = httpEvent({ ...request, cookies });
    Object.assign(event.requestContext.http, { sourceIp: from });
    const response = (await handler(event, lambdaContext())) as HttpResponse;
    const { statusCode: status, headers, body = '', cookies: set = [] } = response;
    const json = headers['content-type']?.includes('json') ? JSON.parse(body) : undefined;
    return { status, headers, body, json, set };
  }

  const get = (path: string, headers: Record<string, string> = {}) => call({ path, headers });
  const signIn = (key: unknown, more: Partial<HttpRequest> = {}, from?: string) =>
    call({ method: 'POST', path: '/console/session', body: { key }, headers: OF_CONSOLE, ...more }, [], from);
  return { call, get, signIn, clock, lines };
}
