import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Lambda } from './lambda.ts';

/** A request to the HTTP API. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Those that are undefined are not sent. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: NonNullable<APIGatewayProxyStructuredResultV2['headers']>;
  readonly body: string;
  /** The function itself failed; the status is the HTTP API's. */
  readonly ownFailure: boolean;
}

/** What API Gateway's HTTP API makes of a request and of its function's response. @param text what it is about, for the journal */
export function sendHttp(
  lambda: Pick<Lambda, 'invoke'>,
  request: HttpRequest,
  text: string,
): { readonly invocation: number; readonly response: Promise<HttpResponse> } {
  const { invocation, response } = lambda.invoke(eventOf(request), text);
  return {
    invocation,
    response: response.then((ended) => {
      if (ended.kind === 'failed') return { status: 500, headers: {}, body: '', ownFailure: true };
      const { statusCode: status = 500, headers = {}, body = '' } = ended.value as APIGatewayProxyStructuredResultV2;
      return { status, headers, body, ownFailure: false };
    }),
  };
}

function eventOf({ method, path, headers, query, body = '' }: HttpRequest) {
  return {
    version: '2.0',
    rawPath: path,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    ...(query && { queryStringParameters: query }),
    requestContext: { http: { method, path } },
    body,
    isBase64Encoded: false,
  };
}
