import { GetSecretValueCommand, type GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/ports.ts';

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
   * Understands the secret's text. @throws SecretFlaw to say what is wrong with it; of any other error nothing is kept,
   * since a parser's own words (those of JSON.parse, for one) quote what they could not read.
   */
  readonly parse: (text: string) => Value;
  /** What belongs into the secret, as the command that fills it shows it: `<the API key>`. */
  readonly example: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly readTimeoutMs?: number;
}

/** A person has to put something else into the secret. A parser ends the sentence `the secret "<id>" …` and quotes nothing. */
export class SecretFlaw extends Error {
  override readonly name = 'SecretFlaw';
  readonly code = 'secret_flaw';
  /** There is nothing in it, and not something that is wrong. */
  readonly isEmpty: boolean;

  constructor(message: string, { isEmpty = false }: { readonly isEmpty?: boolean } = {}) {
    super(message);
    this.isEmpty = isEmpty;
  }
}

/** Nobody has put anything into the secret, or somebody has taken it out again. */
export const neverFilled = (): SecretFlaw => new SecretFlaw('was never filled', { isEmpty: true });

/** Secrets Manager did not hand the secret over. */
class SecretNotRead extends Error {
  override readonly name = 'SecretNotRead';
  readonly code = 'secret_not_read';
}

/** Reads and parses one secret, once. @throws SecretFlaw, SecretNotRead: neither shows anything of the secret's text */
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
  const { send, secretId, clock, readTimeoutMs = 3_000 } = options;
  const cut = new AbortController();
  const answered = new AbortController();
  // Begun before the timeout, whose end nobody would hear if this threw at once.
  const read = send(new GetSecretValueCommand({ SecretId: secretId }), { abortSignal: cut.signal });
  const timeout = clock.sleep(readTimeoutMs, answered.signal).then(() => {
    if (!answered.signal.aborted) cut.abort();
    throw new SecretNotRead(`was not read within ${readTimeoutMs} ms`);
  });
  try {
    const { SecretString: text } = await Promise.race([read, timeout]);
    if (text === undefined) throw new SecretFlaw('holds binary data in place of text');
    return text;
  } catch (error) {
    // What Secrets Manager says of a secret without a version AWSCURRENT, and of one that it does not know.
    if ((error as Error).name === 'ResourceNotFoundException') throw neverFilled();
    throw error;
  } finally {
    answered.abort();
  }
}

function parseText<Value>(text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof SecretFlaw ? error : new SecretFlaw('holds a text that cannot be understood');
  }
}

/** Words for our own errors, AWS's and the network's; of any other the name alone, since it may quote the response. */
function reasonOf(error: unknown): string {
  if (error instanceof SecretNotRead) return error.message;
  const { name, message, $fault, code } = error as { name: string; message: string; $fault?: string; code?: unknown };
  const isKnown = $fault !== undefined || typeof code === 'string';
  return `could not be read: ${isKnown && message !== '' ? `${name}: ${message}` : name}`;
}
