import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** The prefix of the service's actions. */
export type AwsService = 'sqs' | 's3' | 'dynamodb' | 'secretsmanager' | 'events';

/** A call to a local server, as far as its caller's permissions depend on it. */
export interface ServiceCall {
  readonly service: AwsService;
  readonly method: string;
  /** Path and query, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The operation's input; S3's stands in the URL. @throws SyntaxError when it is no JSON */
  input(): unknown;
}

/** The HTTP response in which a service says that its caller may not do this. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Stands before a local server, which itself lets everybody do everything. */
export interface Guard {
  /** Undefined when the call may be carried out. */
  check(call: ServiceCall): Refusal | undefined;
  /** What S3 answers in place of "there is no such object" to a caller that may not list the bucket. */
  hide(call: ServiceCall): Refusal | undefined;
}

export const OPEN: Guard = { check: () => undefined, hide: () => undefined };

/** A guard that lets everything through until it is told what to enforce. */
export interface LateGuard extends Guard {
  enforce(guard: Guard): void;
}

/** The servers have to run before the template can be read, since it refers to their addresses. */
export function createLateGuard(): LateGuard {
  let guard = OPEN;
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
