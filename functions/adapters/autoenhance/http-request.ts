/** One HTTP call. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Limit of the whole call, until the last byte of the response. */
  readonly attemptTimeoutMs: number;
  /** Limit of name lookup, TCP and TLS together, for a new connection. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Called when the request was written to its connection. */
  readonly onSent?: (() => void) | undefined;
  /** Bytes of the response that are read; 256 KiB without it. */
  readonly maxResponseBytes?: number;
  /** The response's body is no text: each character of `body` stands for one byte (latin1). */
  readonly asBytes?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is incomplete: it was too long, the connection broke, or the time ran out. */
  readonly truncated: boolean;
}

/**
 * Sends a call over HTTP. Resolves whenever a status came, even if the body then breaks off.
 * @throws TransportFailed when no status came
 */
export interface Transport {
  (call: HttpRequest): Promise<HttpResponse>;
  /** Opens a connection for the next call to the URL's host, and sends nothing. */
  readonly open?: (url: string, signal: AbortSignal) => Promise<unknown>;
}

/** No status came back. Has no `cause`: Node's errors may contain raw bytes of the connection. */
export class TransportFailed extends Error {
  override readonly name = 'TransportFailed';
  /** Whether the request may have been sent: true once there was a connection, even if it broke at the first byte. */
  readonly sent: boolean;
  /** Whether we ended the call (attempt timeout, connect timeout, signal). */
  readonly timedOut: boolean;

  constructor(message: string, { sent, timedOut }: { readonly sent: boolean; readonly timedOut: boolean }) {
    super(message);
    this.sent = sent;
    this.timedOut = timedOut;
  }
}
