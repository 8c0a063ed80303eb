import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpResponse } from './http.ts';

/** What the page may load and do: files of this origin, and no script or style of its own text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  // A workbook is unpacked by a worker that the page makes.
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Adds to each response what keeps a browser from running, showing or handing on anything foreign. Must come before what makes responses of errors. */
export function securityHeaders(): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  const add = (request: { response: HttpResponse | null | undefined }) => {
    const { response } = request;
    if (response !== null && response !== undefined) {
      request.response = { ...response, headers: { ...response.headers, ...HEADERS } };
    }
  };
  return { after: add, onError: add };
}
