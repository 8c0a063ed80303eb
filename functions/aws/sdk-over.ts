import type { JsonService, ServicePlace } from './json-service.ts';

/** A request between our protocol and our handler. It is no HTTP request to the SDK's middleware, which leaves it alone. */
interface Request {
  readonly operation: string;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
}

/** A command of the SDK's. A copy of its input carries the signal of the call to our protocol; JSON leaves it out. */
interface Command {
  readonly input: { readonly [SIGNAL]?: AbortSignal | undefined };
}

const SIGNAL = Symbol('signal');
const SERVICES = 'the service’s own';

/**
 * Has a JSON service make the calls of an SDK client: commands go in, and outputs come back, as they are. The SDK's own way
 * there serves every service, form of data and place that there is, takes three times the CPU for a call and twice as long to
 * load. All settings are given: without some the first call would look for AWS's configuration files, and every call would run
 * through the rules for endpoints.
 */
export function sdkOver<Client extends { send(command: never): Promise<unknown> }>(
  { endpoint, region }: Pick<ServicePlace, 'endpoint' | 'region'>,
  service: JsonService,
  make: (settings: object) => Client,
) {
  const settings = {
    region,
    endpointProvider: () => ({ url: new URL(endpoint), properties: {}, headers: {} }),
    ignoreConfiguredEndpointUrls: true,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    defaultsMode: 'standard',
    cacheMiddleware: true,
    protocol: {
      getShapeId: () => 'ours',
      setSerdeContext() {},
      async serializeRequest(
        { name: operation }: { readonly name: string },
        input: Command['input'],
      ): Promise<Request> {
        return { operation, body: JSON.stringify(input), signal: input[SIGNAL] };
      },
      async deserializeResponse(_operation: unknown, _context: unknown, output: object) {
        return { ...withoutNulls(output), $metadata: {} };
      },
    },
    // The service has the credentials, signs and repeats.
    httpAuthSchemeProvider: () => [{ schemeId: SERVICES }],
    httpAuthSchemes: [{ schemeId: SERVICES, identityProvider: () => async () => ({}), signer: {} }],
    retryMode: 'standard',
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ operation, body, signal }: Request) => ({
        response: await service.call(operation, body, signal),
      }),
      destroy() {},
    },
  };
  let client: Client | undefined;

  /** When it is first needed: it takes as long as a connection. */
  function made(): Client {
    client ??= make(settings);
    return client;
  }

  // With options of a call the SDK would put its middleware together anew: the signal goes beside it.
  const send = async (command: Command, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) => {
    const input = { ...command.input, [SIGNAL]: abortSignal };
    return made().send(Object.create(command, { input: { value: input, enumerable: true } }) as never);
  };
  return {
    send: send as Client['send'],
    /** Makes the client, and opens a connection for its next call. @throws CallFailed */
    open(signal: AbortSignal) {
      made();
      return service.open(signal);
    },
  };
}

/** A member that is null is absent, as the SDK has it. */
function withoutNulls(output: object): object {
  return Object.values(output).includes(null)
    ? Object.fromEntries(Object.entries(output).filter(([, value]) => value !== null))
    : output;
}
