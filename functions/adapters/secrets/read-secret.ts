import { GetSecretValueCommand, type GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/ports.ts';

/** How long a read may take. */
export const READ_TIMEOUT_MS = 3_000;

/** The SDK client's `send`, bound to it: `(command, options) => client.send(command, options)`. */
export type SendToSecretsManager = (
  command: GetSecretValueCommand,
  options: { readonly abortSignal: AbortSignal },
) => Promise<GetSecretValueCommandOutput>;

export interface SecretReadOptions<Value> {
  readonly send: SendToSecretsManager;
  /** Name or ARN. */
  readonly secretId: string;
  /**
   * Parses the secret's text. @throws SecretFlaw to say what is wrong with it. Other errors are not shown, because a parser's
   * message (that of JSON.parse, for example) quotes the text.
   */
  readonly parse: (text: string) => Value;
  /** An example of the secret's content, for the command that fills it: `<the API key>`. */
  readonly example: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly readTimeoutMs?: number;
}

/** The secret's content has to be changed by a person. A parser's message completes `the secret "<id>" …` and quotes nothing. */
export class SecretFlaw extends Error {
  override readonly name = 'SecretFlaw';
  readonly code = 'secret_flaw';
  /** The secret is empty, not wrong. */
  readonly isEmpty: boolean;

  constructor(message: string, { isEmpty = false }: { readonly isEmpty?: boolean } = {}) {
    super(message);
    this.isEmpty = isEmpty;
  }
}

/** The secret has no content, or its content was removed. */
export const neverFilled = (): SecretFlaw => new SecretFlaw('was never filled', { isEmpty: true });

/** Secrets Manager did not return the secret. */
class SecretNotRead extends Error {
  override readonly name = 'SecretNotRead';
  readonly code = 'secret_not_read';
}

/** Reads and parses one secret, once. @throws SecretFlaw, SecretNotRead: neither quotes the secret's text */
export async function readSecret<Value>(options: SecretReadOptions<Value>): Promise<Value> {
  const { secretId, example } = options;
  try {
    return parseText(await fetchText(options), options.parse);
  } catch (error) {
    if (!(error instanceof SecretFlaw)) throw new SecretNotRead(`the secret "${secretId}" ${reasonOf(error)}`);
    const command = `aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string '${example}'`;
    throw new SecretFlaw(`the secret "${secretId}" ${error.message}; fill it with: ${command}`, error);
  }
}

async function fetchText<Value>(options: SecretReadOptions<Value>): Promise<string> {
  const { send, secretId, clock, readTimeoutMs = READ_TIMEOUT_MS } = options;
  const timedOut = new AbortController();
  const settled = new AbortController();
  // Before the timeout: if this throws, the timeout's rejection would be unhandled.
  const read = send(new GetSecretValueCommand({ SecretId: secretId }), { abortSignal: timedOut.signal });
  const timeout = clock.sleep(readTimeoutMs, settled.signal).then(() => {
    if (!settled.signal.aborted) timedOut.abort();
    throw new SecretNotRead(`was not read within ${readTimeoutMs} ms`);
  });
  try {
    const { SecretString: text } = await Promise.race([read, timeout]);
    if (text === undefined) throw new SecretFlaw('has binary data instead of text');
    return text;
  } catch (error) {
    // The error for a secret without a version AWSCURRENT, and for an unknown secret.
    if ((error as Error).name === 'ResourceNotFoundException') throw neverFilled();
    throw error;
  } finally {
    settled.abort();
  }
}

function parseText<Value>(text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof SecretFlaw ? error : new SecretFlaw('has a text that cannot be parsed');
  }
}

/** The message of our own errors, AWS's and the network's. Of any other only the name, because it may quote the response. */
function reasonOf(error: unknown): string {
  if (error instanceof SecretNotRead) return error.message;
  const { name, message, $fault, code } = error as { name: string; message: string; $fault?: string; code?: unknown };
  const isKnown = $fault !== undefined || typeof code === 'string';
  return `could not be read: ${isKnown && message !== '' ? `${name}: ${message}` : name}`;
}
