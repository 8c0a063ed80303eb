// Stands in the bundles for parts of the SDK that its clients import and, as world.ts makes them, have no use of: more than
// half of what they would load at a cold start. A name that is missing here is an error of the bundler's.

function unused(): never {
  throw new Error('this part of the SDK is left out of the bundle (functions/aws/left-out.ts)');
}
/** Of the SDK's middleware. */
interface Stack {
  add(middleware: unknown, place: object): void;
  addRelativeTo(middleware: unknown, place: object): void;
}

const nothing = () => {};
const asItIs = <Config>(config: Config) => config;
const noMiddleware = () => ({ applyToStack: nothing });
/** Every setting is given: there is none to be looked for. */
const notLookedFor = () => unused;

// In place of `@smithy/node-http-handler`: a client's own handler is taken.
export const NodeHttpHandler = { create: asItIs };
export const streamCollector = unused;

// In place of `@smithy/core/retry`: our service repeats.
export const DEFAULT_RETRY_MODE = 'standard';
export const NODE_MAX_ATTEMPT_CONFIG_OPTIONS = {};
export const NODE_RETRY_MODE_CONFIG_OPTIONS = {};
export const resolveRetryConfig = asItIs;
export const getRetryPlugin = () => ({
  // The one that signs asks for its place.
  applyToStack: (stack: Stack) =>
    stack.add((next: unknown) => next, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high' }),
});

// In place of `@aws-sdk/core/protocols`: a client's own protocol is taken.
export const AwsJson1_0Protocol = unused;
export const AwsJson1_1Protocol = unused;

// In place of `@smithy/core/schema`: our protocol asks for no shapes, and no service here has streams of events.
export class TypeRegistry {
  registerError(): void {}
}
export const NormalizedSchema = { of: () => ({ getEventStreamMember: nothing }) };
export const getSchemaSerdePlugin = ({ protocol }: { readonly protocol: Protocol }) => ({
  applyToStack(stack: Stack) {
    const encode = (next: Next, context: Context) => async (args: { readonly input: object }) => {
      const name = context.__smithy_context.operationSchema[2];
      return next({ ...args, request: await protocol.serializeRequest({ name }, args.input) });
    };
    const decode = (next: Next) => async (args: object) => {
      const { response } = await next(args);
      return { response, output: await protocol.deserializeResponse(undefined, undefined, response) };
    };
    stack.add(encode, { name: 'serializerMiddleware', step: 'serialize' });
    stack.add(decode, { name: 'deserializerMiddleware', step: 'deserialize' });
  },
});

type Next = (args: object) => Promise<{ readonly response: object }>;

/** Of a command: `[kind, namespace, name, …]`. */
interface Context {
  readonly __smithy_context: { readonly operationSchema: readonly [number, string, string] };
}

interface Protocol {
  serializeRequest(operation: { readonly name: string }, input: object): Promise<object>;
  deserializeResponse(operation: undefined, context: undefined, response: object): Promise<object>;
}

// In place of `@aws-sdk/core/httpAuthSchemes`: our service has the credentials, and signs.
export const resolveAwsSdkSigV4Config = asItIs;
export class AwsSdkSigV4Signer {}
export const NODE_AUTH_SCHEME_PREFERENCE_OPTIONS = {};

// In place of `@smithy/core/endpoints`: our service knows where it is.
export const resolveEndpointConfig = asItIs;
export const getEndpointPlugin = () => ({
  // The one that chooses how to sign asks for its place.
  applyToStack: (stack: Stack) =>
    stack.addRelativeTo((next: unknown) => next, {
      name: 'endpointV2Middleware',
      relation: 'before',
      toMiddleware: 'serializerMiddleware',
    }),
});
export const decideEndpoint = unused;
export const customEndpointFunctions = {};
export const BinaryDecisionDiagram = { from: nothing };
export class EndpointCache {}

// In place of `@smithy/core/protocols` and `@smithy/core/serde`: bytes and headers are our HTTP client's.
export const getContentLengthPlugin = noMiddleware;
export const parseUrl = unused;
export const HttpRequest = { isInstance: () => false };
export const requestBuilder = unused;
export const getHttpHandlerExtensionConfiguration = () => ({});
export const resolveHttpHandlerRuntimeConfig = () => ({});
export const toHex = unused;
export const toUint8Array = unused;
export const calculateBodyLength = unused;
export const fromBase64 = unused;
export const toBase64 = unused;
export const fromUtf8 = unused;
export const toUtf8 = unused;

// In place of `@smithy/core/checksum`: for signatures, and for messages, which TLS keeps whole.
export const Sha256 = unused;
export const Md5 = unused;

// In place of `@aws-sdk/core/client`: headers that tell AWS the SDK's version or are sent by our HTTP client, a log that there
// is not, and parts of hosts' names that are given.
export const createDefaultUserAgentProvider = notLookedFor;
export const resolveUserAgentConfig = asItIs;
export const getUserAgentPlugin = noMiddleware;
export const resolveHostHeaderConfig = asItIs;
export const getHostHeaderPlugin = noMiddleware;
export const getLoggerPlugin = noMiddleware;
/** Our service sends the trace's header. */
export const getRecursionDetectionPlugin = noMiddleware;
export const getAwsRegionExtensionConfiguration = () => ({});
export const resolveAwsRegionExtensionConfiguration = () => ({});
export const emitWarningIfUnsupportedVersion = nothing;
export const getDefaultSocketTimeout = nothing;
export const awsEndpointFunctions = {};
/** For receiving. */
export const getLongPollPlugin = noMiddleware;

// In place of `@smithy/core/config`: files and variables that settings could come from.
export const loadConfig = notLookedFor;
export const resolveDefaultsModeConfig = notLookedFor;
export const resolveRegionConfig = asItIs;
export const NODE_APP_ID_CONFIG_OPTIONS = {};
export const NODE_REGION_CONFIG_OPTIONS = {};
export const NODE_REGION_CONFIG_FILE_OPTIONS = {};
export const NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS = {};
export const NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS = {};
