import { randomUUID } from 'node:crypto';
import type { AwsService, Refusal, ServiceCall } from '../guard.ts';

export interface Denied {
  /** The caller's ARN. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  /** The end of AWS's message: `because no identity-based policy allows the … action`. */
  readonly reason: string;
}

/** AWS's message for a missing permission. SQS writes actions in lower case. */
export function deniedMessage(service: AwsService, { caller, action, resource, reason }: Denied): string {
  const quoted = service === 's3' ? `"${resource}"` : resource;
  const message = (name: string) =>
    `User: ${caller} is not authorized to perform: ${name} on resource: ${quoted} ${reason.replace(action, name)}`;
  return message(service === 'sqs' ? action.toLowerCase() : action);
}

/** The response in each service's own form. The SDK calls it AccessDenied for S3 and SQS, else AccessDeniedException. */
export function refusalOf({ service, method }: Pick<ServiceCall, 'service' | 'method'>, message: string): Refusal {
  const requestId = randomUUID();
  switch (service) {
    case 's3':
      return s3Refusal(method, message, requestId);
    case 'sqs': {
      const body = { __type: CORAL, message };
      // The error's name in SQS's older query protocol.
      return json(403, { 'x-amzn-query-error': 'AccessDenied;Sender' }, '1.0', body, requestId);
    }
    case 'dynamodb':
      return json(400, {}, '1.0', { __type: CORAL, Message: message }, requestId);
    default:
      return json(400, {}, '1.1', { __type: 'AccessDeniedException', Message: message }, requestId);
  }
}

const CORAL = 'com.amazon.coral.service#AccessDeniedException';

function json(
  status: number,
  headers: Readonly<Record<string, string>>,
  version: '1.0' | '1.1',
  body: object,
  requestId: string,
): Refusal {
  const type = { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function s3Refusal(method: string, message: string, requestId: string): Refusal {
  const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
  // The response to HEAD has no body.
  if (method === 'HEAD') return { status: 403, headers, body: '' };
  const ids = `<RequestId>${requestId}</RequestId><HostId>local</HostId>`;
  const error = `<Error><Code>AccessDenied</Code><Message>${escapeXml(message)}</Message>${ids}</Error>`;
  return { status: 403, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${error}` };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
