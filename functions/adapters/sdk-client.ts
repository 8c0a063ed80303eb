/** The part of an SDK client that is used here, whatever its commands. */
interface AnyClient {
  send(command: Args): Promise<unknown>;
  readonly middlewareStack: {
    add(middleware: (next: Attempt) => Attempt, place: object): void;
    remove(name: string): boolean;
  };
}

type Attempt = (args: Args) => Promise<unknown>;

interface Args {
  /** The command's own. */
  readonly input: object;
}

type Send = (command: Args, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>;

/** Runs a step before each attempt of a client's calls. If the step throws, the call ends. */
export function beforeAttempts(client: object, name: string, step: (input: object) => void): void {
  const middleware = (next: Attempt) => (args: Args) => {
    step(args.input);
    return next(args);
  };
  // After the SDK's own retry middleware.
  (client as AnyClient).middlewareStack.add(middleware, { step: 'finalizeRequest', priority: 'low', name });
}

/** Leaves out the client's own log, which nobody reads: it would copy each call's input and output without what is sensitive. */
export function withoutLog(client: object): void {
  (client as AnyClient).middlewareStack.remove('loggerMiddleware');
}

/**
 * A client's `send` whose calls end with their signal: the promise rejects, and no further attempt begins. A running attempt
 * ends by the client's own timeouts. If the signal were an option of the SDK's call, the SDK would rebuild its middleware for
 * every call, which takes a tenth of a request's CPU.
 */
export function endingWithSignal<Client extends { readonly send: unknown }>(client: Client): Client['send'] {
  const { send } = client as unknown as AnyClient;
  // Of calls whose signal was aborted. A weak map from each call to its signal would cost every garbage collection more.
  const ended = new WeakSet<object>();
  beforeAttempts(client, 'endWithSignal', (input) => {
    // Nobody waits for this error any more.
    if (ended.has(input)) throw new Error('the call was ended');
  });

  const sendWithSignal: Send = (command, { abortSignal: signal } = {}) => {
    if (signal === undefined) return send.call(client, command);
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = () => {
        ended.add(command.input);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const settle = (end: (value: unknown) => void) => (value: unknown) => {
        signal.removeEventListener('abort', onAbort);
        end(value);
      };
      send.call(client, command).then(settle(resolve), settle(reject));
    });
  };
  return sendWithSignal as Client['send'];
}
