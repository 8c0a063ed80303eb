import { randomBytes } from 'node:crypto';
import { type Finding, failed, ok } from './finding.ts';

/** Ms. A cold start, and the 30 s after which an HTTP API answers by itself. */
const PATIENCE = 35_000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

export async function checkHealth(apiUrl: string): Promise<Finding> {
  const { status, text } = await call('GET', `${apiUrl}/healthz`);
  if (status === 200) return ok('GET /healthz answers 200');
  return failed(`GET /healthz must answer 200, got ${shown({ status, text })}`);
}

/** A key that nobody has, made anew each time: the call is refused before anything of it is queued. */
export async function checkWrongKey(apiUrl: string): Promise<Finding> {
  const headers = { 'x-api-key': randomBytes(32).toString('hex'), 'content-type': 'application/json' };
  const response = await call('POST', `${apiUrl}/v3/images/smoke-test/process`, headers, '{}');
  if (response.status !== 401) return failed(`a wrong key must be answered 401, got ${shown(response)}`);
  if (!hasEndpointsForm(response.text)) {
    return failed(`the 401 must be {"message", "detail"} as the endpoint's is, got ${shown(response)}`);
  }
  return ok("a wrong key is answered 401, in the endpoint's form");
}

export async function checkWebhook(webhookUrl: string): Promise<Finding> {
  const response = await call('POST', webhookUrl, { 'content-type': 'application/json' }, '{}');
  if (response.status === 401) return ok('a call without the token is answered 401');
  return failed(`a call without the token must be answered 401, got ${shown(response)}`);
}

/** @param consoleUrl undefined for a stage without one */
export async function checkConsole(consoleUrl: string | undefined): Promise<Finding> {
  if (consoleUrl === undefined) return ok('is for stages that have one');
  const response = await call('GET', consoleUrl);
  const isPage = response.status === 200 && /^<!doctype html>/i.test(response.text);
  return isPage
    ? ok('GET /console/ answers with the page')
    : failed(`GET /console/ must answer with the page, got ${shown(response)}`);
}

async function call(method: string, url: string, headers = {}, body: string | null = null): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
  return { status: response.status, text: await response.text() };
}

function hasEndpointsForm(text: string): boolean {
  try {
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return Object.keys(body).toSorted().join() === 'detail,message' && typeof body.message === 'string';
  } catch {
    return false;
  }
}

function shown({ status, text }: Answer): string {
  return `${status} ${JSON.stringify(text.slice(0, 200))}`;
}
