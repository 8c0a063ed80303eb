import type { IncomingHttpHeaders } from 'node:http';
import type { buildApp } from 'fauxqs';
import type { Guard, ServiceCall } from '../guard.ts';

interface AppRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Checks the permissions of every call to SQS and S3. */
export function guardApp(app: ReturnType<typeof buildApp>, guard: Guard): void {
  app.addHook('preHandler', async (request, reply) => {
    const refusal = guard.check(callOf(request));
    // A returned reply ends the call.
    if (refusal !== undefined)
      return reply
        .code(refusal.status)
        .headers({ ...refusal.headers })
        .send(refusal.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const call = callOf(request);
    if (reply.statusCode !== 404 || call.service !== 's3') return payload;
    const refusal = guard.hide(call);
    if (refusal === undefined) return payload;
    reply
      .code(refusal.status)
      .headers({ ...refusal.headers })
      .removeHeader('content-length');
    return refusal.body;
  });
}

function callOf({ method, url, headers, body }: AppRequest): ServiceCall {
  const service = String(headers['x-amz-target']).startsWith('AmazonSQS.') ? 'sqs' : 's3';
  return { service, method, url, headers, input: () => body };
}
