import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { type Call, NO_REQUEST } from './call.ts';

export interface Place {
  readonly isEncrypted: boolean;
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

/** Whoever keeps connections hears what becomes of one. */
export interface Keeper {
  /** It stands, and carries nothing any more. */
  freed(connection: Connection): void;
  /** It is of no more use. Told once. */
  gone(connection: Connection): void;
  /** What the next connection to the same place may begin with: it saves the certificates. */
  session?: Buffer;
}

/** A TLS record holds no more. */
const READ_BYTES = 16 * 1024;
/** What a server says of how long it keeps an idle connection, and how much earlier it is left alone: as Node's client does. */
const KEEP_ALIVE = /(?:^|[,\s])timeout=(\d{1,6})/i;
const MARGIN_MS = 1000;
/** Servers close a connection that has never asked anything sooner than one that has: the time to send a first head is short. */
const UNUSED_MS = 5000;

/** One connection, which carries one call after the other. */
export class Connection {
  /** How long it may be idle by what the other side says. */
  idleLimitMs = UNUSED_MS;
  /** Epoch ms; the keeper's. */
  freeSince = 0;
  readonly #keeper: Keeper;
  readonly #socket: Socket;
  #call: Call | undefined;
  #stands = false;
  #isGone = false;

  /** Only the first call waits for it. */
  constructor(place: Place, keeper: Keeper, first: Call) {
    this.#keeper = keeper;
    this.#call = first;
    first.carrier = this;
    this.#socket = openSocket(place, keeper, (bytes) => this.#take(bytes));
    const { connectTimeoutMs: ms } = first;
    // Not `first`: what is named here lives as long as the connection does.
    const timer = setTimeout(() => this.#call?.fail('TimeoutError', `no connection within ${ms} ms`), ms);
    this.#socket.once(place.isEncrypted ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      this.#stands = true;
      this.#send();
    });
    this.#socket.once('end', () => this.#ended());
    // Kept for good: Node may report an error once more after the connection was given up.
    this.#socket.on('error', (error) => this.#broke(reasonOf(error), (error as { readonly code?: string }).code));
    this.#socket.once('close', () => {
      clearTimeout(timer);
      this.#closed();
    });
  }

  /** To be asked of a free one. */
  carry(call: Call): void {
    this.#call = call;
    call.carrier = this;
    this.#socket.ref();
    this.#send();
  }

  /** Ends it. */
  drop(): void {
    this.#call = undefined;
    this.#socket.destroy();
    if (this.#isGone) return;
    this.#isGone = true;
    // The other side may have choked on it.
    if (!this.#stands) delete this.#keeper.session;
    this.#keeper.gone(this);
  }

  #send(): void {
    const call = this.#call;
    if (call === undefined) return;
    if (call.request === NO_REQUEST) {
      this.#free();
      call.succeed();
      return;
    }
    call.sent = true;
    this.#socket.write(call.request);
  }

  #take(bytes: Buffer): void {
    const call = this.#call;
    if (call === undefined) {
      // Nobody asked.
      this.drop();
      return;
    }
    try {
      if (call.reader.take(bytes)) this.#answered(call);
    } catch (error) {
      this.#broke(reasonOf(error));
    }
  }

  #answered(call: Call): void {
    const { head, isCut, isFollowed, endsWithConnection } = call.reader;
    if (head?.keepsConnection === true && !isCut && !isFollowed && !endsWithConnection && !this.#isGone) {
      const seconds = KEEP_ALIVE.exec(head.headers['keep-alive'] ?? '')?.[1];
      this.idleLimitMs = seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 - MARGIN_MS;
      this.#free();
    } else {
      this.drop();
    }
    call.succeed();
  }

  #free(): void {
    this.#call = undefined;
    // It keeps no process alive.
    this.#socket.unref();
    this.#keeper.freed(this);
  }

  #ended(): void {
    const call = this.#call;
    if (call?.reader.endsWithConnection === true) this.#answered(call);
    else this.#closed();
  }

  #closed(): void {
    const isBegun = this.#call?.reader.head !== undefined;
    this.#broke(`the connection closed ${isBegun ? 'before the answer was whole' : 'without an answer'}`, 'ECONNRESET');
  }

  #broke(reason: string, code?: string): void {
    const call = this.#call;
    this.drop();
    call?.fail('ConnectionError', reason, code);
  }
}

let secureContext: SecureContext | undefined;

function openSocket({ isEncrypted, host, port }: Place, keeper: Keeper, take: (bytes: Buffer) => void): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const callback = (length: number) => {
    take(buffer.subarray(0, length));
    return true;
  };
  const target = { host, port, onread: { buffer, callback } };
  if (!isEncrypted) return connectTcp({ ...target, noDelay: true });
  // One for all: it holds the certificates that are trusted, and nothing of any connection.
  secureContext ??= createSecureContext();
  const options: ConnectionOptions = { ...target, secureContext, ALPNProtocols: ['http/1.1'] };
  if (isIP(host) === 0) options.servername = host;
  if (keeper.session !== undefined) options.session = keeper.session;
  const socket = connectTls(options).setNoDelay();
  return socket.on('session', (session: Buffer) => {
    keeper.session = session;
  });
}

/** An AggregateError (more than one address was attempted) has no text of its own. */
function reasonOf(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: readonly Error[]; code?: string };
  return message || errors?.map((each) => each.message).join(', ') || code || 'the connection failed';
}
