import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** The prefix of the service's actions. */
export type AwsService = 'sqs' | 's3' | 'dynamodb' | 'secretsmanager' | 'events';

/** The parts of a call to a local server that matter for permissions. */
export interface ServiceCall {
  readonly service: AwsService;
  readonly method: string;
  /** Path and query, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The operation's input; for S3 it is in the URL. @throws SyntaxError when it is not JSON */
  input(): unknown;
}

/** A service's HTTP response for a missing permission. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Checks permissions in front of a local server, which checks none itself. */
export interface Guard {
  /** Undefined when the call is allowed. */
  check(call: ServiceCall): Refusal | undefined;
  /** S3's response for a missing object when the caller may not list the bucket. */
  hide(call: ServiceCall): Refusal | undefined;
}

export const ALLOW_ALL: Guard = { check: () => undefined, hide: () => undefined };

/** A guard that allows everything until `enforce` is called. */
export interface DeferredGuard extends Guard {
  enforce(guard: Guard): void;
}

/** Deferred because the template, with its permissions, refers to the servers' addresses: the servers must start first. */
export function createDeferredGuard(): DeferredGuard {
  let guard = ALLOW_ALL;
  return {
    check: (call) => guard.check(call),
    hide: (call) => guard.hide(call),
    enforce(given) {
      guard = given;
    },
  };
}

export function sendRefusal(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.writeHead(status, headers).end(body);
}
