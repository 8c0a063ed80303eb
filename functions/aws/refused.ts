import type { Answer } from '../http/call.ts';

/** AWS refused a call, or something before it did. Named by AWS's own word for it, and shaped as the SDK's errors are. */
export class Refused extends Error {
  override readonly name: string;
  readonly status: number;
  readonly $metadata: { readonly httpStatusCode: number };
  readonly $fault: 'client' | 'server';

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
    this.$metadata = { httpStatusCode: status };
    this.$fault = status < 500 ? 'client' : 'server';
  }
}

/** What a service that speaks JSON answered. @throws Refused, CallFailed, SyntaxError for a success that is no JSON */
export function outputOf({ status, headers, body, broken }: Answer): object {
  if (broken !== undefined) throw broken;
  const text = body.toString();
  // SQS says nothing where there is nothing to say.
  if (status < 300) return text === '' ? {} : JSON.parse(text);
  const { __type, code, message, Message } = parsedError(text);
  const name = nameOf(__type ?? code ?? headers['x-amzn-errortype']) ?? `Status${status}`;
  throw new Refused(name, String(message ?? Message ?? `AWS answered ${status}`), status);
}

/** `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`, or `ResourceNotFoundException:http://…` */
function nameOf(word: unknown): string | undefined {
  return typeof word === 'string' ? word.replace(/[,:].*$/s, '').replace(/^.*#/, '') : undefined;
}

interface ErrorBody {
  readonly __type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
}

/** What stands between us and AWS answers in other words than JSON. */
function parsedError(body: string): ErrorBody {
  try {
    return (JSON.parse(body) as ErrorBody | null) ?? {};
  } catch {
    return {};
  }
}
