import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type HttpResponse, problem } from './http.ts';

export interface WebhookAuthenticationParts {
  /** Whether one of these is the webhook's token. */
  readonly isAuthentic: (presented: readonly string[]) => Promise<boolean>;
  /** Called for each call that is refused, and whether it presented anything. */
  readonly onRefused: (hadToken: boolean) => void;
}

/** Autoenhance was seen to send the first; others report the second. HTTP APIs write names in lower case. */
const HEADERS = ['authentication', 'authorization'];

/** Lets a call through only with the webhook's token, and tells nobody what was wrong with another. */
export function webhookAuthentication({
  isAuthentic,
  onRefused,
}: WebhookAuthenticationParts): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    async before({ event: { headers } }) {
      const presented = HEADERS.flatMap((name) => headers[name] ?? []).map(withoutScheme);
      if (await isAuthentic(presented)) return undefined;
      onRefused(presented.length > 0);
      return problem(401, 'the call is not authorized');
    },
  };
}

function withoutScheme(value: string): string {
  return value.trim().replace(/^bearer +/i, '');
}
