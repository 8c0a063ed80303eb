import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type HttpResponse, problem } from './http.ts';

export interface WebhookAuthenticationParts {
  /** Whether one of these is the webhook's token. */
  readonly isAuthentic: (presented: readonly string[]) => Promise<boolean>;
  /** Called for each refused call. */
  readonly onRefused: (hadToken: boolean) => void;
}

/** We have seen Autoenhance send the first; others report the second. HTTP APIs convert names to lower case. */
export const TOKEN_HEADERS = ['authentication', 'authorization'];

/** Requires the webhook's token. The response does not say what was wrong. */
export function webhookAuthentication({
  isAuthentic,
  onRefused,
}: WebhookAuthenticationParts): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    async before({ event: { headers } }) {
      const presented = TOKEN_HEADERS.flatMap((name) => headers[name] ?? []).map(withoutScheme);
      if (await isAuthentic(presented)) return undefined;
      onRefused(presented.length > 0);
      return problem(401, 'the call is not authorized');
    },
  };
}

function withoutScheme(value: string): string {
  return value.trim().replace(/^bearer +/i, '');
}
