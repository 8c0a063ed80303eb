import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT } from '../template/identities.ts';

/** A route that was found for a request. */
export interface RouteMatch {
  readonly routeKey: string;
  readonly functionName: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/**
 * The event in which an HTTP API hands a request to a function, payload format 2.0
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export function toApiEvent(request: IncomingMessage, body: Buffer, route: RouteMatch): APIGatewayProxyEventV2 {
  const { path, rawQueryString } = splitTarget(request.url ?? '/');
  const { cookie, ...headers } = joinHeaders(request.rawHeaders);
  const now = new Date();
  const host = headers.host ?? '';
  const sourceIp = request.socket.remoteAddress ?? '';
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/[;,] */) }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': host.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(rawQueryString !== '' && { queryStringParameters: joinParameters(rawQueryString) }),
    ...(route.pathParameters !== undefined && { pathParameters: route.pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: accessLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...encodeBody(body, headers['content-type']),
  };
}

/**
 * Path and query of a request's target. HTTP APIs hand over the path decoded, and what follows an encoded `?` in it is
 * lost (reported by users; AWS does not document it).
 */
export function splitTarget(target: string): { readonly path: string; readonly rawQueryString: string } {
  const question = target.indexOf('?');
  const raw = question < 0 ? target : target.slice(0, question);
  const path = decode(raw).split('?')[0] ?? '';
  return { path, rawQueryString: question < 0 ? '' : target.slice(question + 1) };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// They concern the connection to the gateway, and end there.
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'];

/** Names in lower case, several values of one name with commas between. */
function joinHeaders(rawHeaders: readonly string[]): Record<string, string | undefined> {
  const joined = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!HOP_BY_HOP.includes(name)) append(joined, name, rawHeaders[index + 1] ?? '');
  }
  return Object.fromEntries(joined);
}

function joinParameters(rawQueryString: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) append(joined, name, value);
  return Object.fromEntries(joined);
}

function append(joined: Map<string, string>, name: string, value: string): void {
  const before = joined.get(name);
  joined.set(name, before === undefined ? value : `${before},${value}`);
}

// Any other type, and none, arrives as Base64; so does text that says to be in another encoding (reported
// by users).
const TEXT_TYPE = /^(text\/.*|application\/(json|javascript|xml|.+\+json|.+\+xml))\s*(;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!"?utf-8)/i;

function encodeBody(body: Buffer, type = ''): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { isBase64Encoded: false };
  const isBase64Encoded = !TEXT_TYPE.test(type) || OTHER_CHARSET.test(type);
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000` */
function accessLogTime(now: Date): string {
  const [year, month, day] = now.toISOString().slice(0, 10).split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${now.toISOString().slice(11, 19)} +0000`;
}
