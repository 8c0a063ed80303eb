/** One HTTP call as the client asks for it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Limit of the whole call, until the last byte of the response. */
  readonly attemptTimeoutMs: number;
  /** Limit of name lookup, TCP and TLS together; a socket that is used again has none of them. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is not whole: it was longer than is read, or the connection broke or the time ran out while it came. */
  readonly truncated: boolean;
}

/**
 * The seam between the client and HTTP. Resolves whenever a status came, even if the body then breaks off.
 * @throws TransportFailed when no status came
 */
export interface Transport {
  (call: HttpRequest): Promise<HttpResponse>;
  /** Opens a connection for the next call to the URL's host, and sends nothing. */
  readonly open?: (url: string, signal: AbortSignal) => Promise<unknown>;
}

/** No status came back. Carries no cause: Node's own errors may hold raw bytes of the connection. */
export class TransportFailed extends Error {
  override readonly name = 'TransportFailed';
  /** Whether the request may have left: true once a connection stood, even if it broke at the first byte. */
  readonly sent: boolean;
  /** Whether we ended it (attempt timeout, connect timeout, signal), and not the other side. */
  readonly timedOut: boolean;

  constructor(message: string, { sent, timedOut }: { readonly sent: boolean; readonly timedOut: boolean }) {
    super(message);
    this.sent = sent;
    this.timedOut = timedOut;
  }
}
