/** As much of a client of the SDK as is needed here: the types of its commands are its own affair. */
interface AnyClient {
  send(command: Args): Promise<unknown>;
  readonly middlewareStack: { add(middleware: (next: Attempt) => Attempt, place: object): void };
}

type Attempt = (args: Args) => Promise<unknown>;

interface Args {
  /** The command's own. */
  readonly input: object;
}

type Send = (command: Args, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>;

/** Has a step taken before each attempt of a client's calls. One that throws ends the call. */
export function beforeAttempts(client: object, name: string, step: (input: object) => void): void {
  const middleware = (next: Attempt) => async (args: Args) => {
    step(args.input);
    return next(args);
  };
  // Behind the SDK's own that repeats.
  (client as AnyClient).middlewareStack.add(middleware, { step: 'finalizeRequest', priority: 'low', name });
}

/**
 * A client's `send`, of which a call ends with its signal: nobody waits for it any longer, and no further attempt begins. An
 * attempt that is under way ends by the client's own limits. Handed to the SDK as an option of the call, the signal would
 * have it put its middleware together anew each time, which takes a tenth of a request's CPU.
 */
export function endingWithSignal<Client extends { readonly send: unknown }>(client: Client): Client['send'] {
  const { send } = client as unknown as AnyClient;
  const signals = new WeakMap<object, AbortSignal>();
  beforeAttempts(client, 'endWithSignal', (input) => signals.get(input)?.throwIfAborted());

  const endable: Send = (command, { abortSignal: signal } = {}) => {
    if (signal === undefined) return send.call(client, command);
    signals.set(command.input, signal);
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const end = () => signal.removeEventListener('abort', onAbort);
      send.call(client, command).finally(end).then(resolve, reject);
    });
  };
  return endable as Client['send'];
}
