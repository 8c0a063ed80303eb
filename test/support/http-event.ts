import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes as it is, as does null (no body, as a person may write it), anything else as JSON. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  readonly query?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** A call as an HTTP API hands it over (payload format 2.0). */
export function httpEvent({
  method = 'GET',
  path = '/',
  headers = {},
  body,
  isBase64Encoded = false,
  query,
  cookies,
}: HttpRequest): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { ...headers },
    ...(cookies && { cookies: [...cookies] }),
    ...(query && { queryStringParameters: { ...query } }),
    requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' } } as never,
    ...(body !== undefined && {
      body: typeof body === 'string' || body === null ? (body as string) : JSON.stringify(body),
    }),
    isBase64Encoded,
  };
}
