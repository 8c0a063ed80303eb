import { AnswerReader } from './answer-reader.ts';
import { elapsedMs, type Watch, type Watched } from './watch.ts';

export interface CallLimits {
  /** Limit of name lookup, TCP and TLS together; a connection that is used again has none of them. */
  readonly connectTimeoutMs: number;
  /** Limit of the whole call, until the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer's body that are read. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case, one value each. */
  readonly headers: Readonly<Record<string, string>>;
  /** As much of it as came and is read. */
  readonly body: Buffer;
  /** It is longer than is read. */
  readonly isCut: boolean;
  /** Why the body broke off. */
  readonly broken?: CallFailed;
}

/** Ours (time, signal) or the other side's (ConnectionError); named as AWS's SDK and Node name them. */
export type FailureName = 'TimeoutError' | 'AbortError' | 'ConnectionError';

const CODES = { TimeoutError: 'ETIMEDOUT', AbortError: 'ABORT_ERR', ConnectionError: 'EPROTO' } as const;

/** No status came back. Text and code alone: Node's own errors may hold raw bytes of the connection. */
export class CallFailed extends Error {
  override readonly name: FailureName;
  /** Whether the request may have left: true once a connection stood. */
  readonly sent: boolean;
  /** Node's own, such as ECONNRESET. */
  readonly code: string;

  constructor(
    name: FailureName,
    message: string,
    { sent, code }: { readonly sent: boolean; readonly code?: string | undefined },
  ) {
    super(message);
    this.name = name;
    this.sent = sent;
    this.code = code ?? CODES[name];
  }
}

/** Of a call that only opens a connection. */
export const NO_REQUEST = '';

/** One request on its way, and the answer as it comes. Ends once: answered, broken, late or given up. */
export class Call implements Watched {
  /** All of it, to be sent as UTF-8. */
  readonly request: string;
  readonly connectTimeoutMs: number;
  readonly reader: AnswerReader;
  /** A connection stands, so bytes of the request may have left. */
  sent = false;
  isOver = false;
  /** What carries it; told when the call ends before its answer. */
  carrier: { drop(): void } | undefined;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #watch: Watch;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (failed: CallFailed) => void;

  constructor(
    request: string,
    { connectTimeoutMs, timeoutMs, maxBytes, signal }: CallLimits,
    { resolve, reject }: { readonly resolve: (answer: Answer) => void; readonly reject: (failed: CallFailed) => void },
    watch: Watch,
  ) {
    this.request = request;
    this.connectTimeoutMs = connectTimeoutMs;
    this.reader = new AnswerReader(maxBytes);
    this.#timeoutMs = timeoutMs;
    this.deadline = elapsedMs() + timeoutMs;
    this.signal = signal;
    this.#watch = watch;
    this.#resolve = resolve;
    this.#reject = reject;
    watch.add(this);
  }

  onLate(): void {
    this.fail('TimeoutError', `no answer within ${this.#timeoutMs} ms`);
  }

  onAbort(): void {
    this.fail('AbortError', 'the call was given up');
  }

  succeed(): void {
    this.#end();
    this.#answer();
  }

  /** Ends what carries the call, too. */
  fail(name: FailureName, message: string, code?: string): void {
    if (this.isOver) return;
    this.#end();
    const failed = new CallFailed(name, message, { sent: this.sent, code });
    if (this.reader.head === undefined) this.#reject(failed);
    else this.#answer(failed);
    this.carrier?.drop();
  }

  #answer(broken?: CallFailed): void {
    const { head: { status, headers } = NO_HEAD, body, isCut } = this.reader;
    this.#resolve({ status, headers, body, isCut, ...(broken && { broken }) });
  }

  #end(): void {
    this.isOver = true;
    this.#watch.remove(this);
  }
}

const NO_HEAD = { status: 0, headers: {} };
