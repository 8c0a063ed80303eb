import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock, Random } from '../../../core/ports.ts';
import { type Answer, createPost, type PostOptions } from './post.ts';
import { createRepeats, DynamoRefused } from './repeats.ts';
import { type Credentials, createSigner, type Sign } from './signature.ts';

export interface DynamoOptions extends PostOptions {
  readonly region: string;
  /** Asked once. */
  readonly credentials: () => Promise<Credentials>;
  readonly maxAttempts: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly random: Random;
}

/** A command of the SDK's, of which the input alone is used. */
interface Command {
  readonly constructor: unknown;
  readonly input: unknown;
}

const TARGETS = new Map<unknown, string>([
  [GetItemCommand, 'DynamoDB_20120810.GetItem'],
  [PutItemCommand, 'DynamoDB_20120810.PutItem'],
  [UpdateItemCommand, 'DynamoDB_20120810.UpdateItem'],
  [QueryCommand, 'DynamoDB_20120810.Query'],
]);

/**
 * DynamoDB for items of texts, numbers and booleans: takes the SDK's commands, repeats as the SDK does, and throws its
 * ConditionalCheckFailedException. The SDK's own client needs five times the CPU for a call, and a request makes two.
 */
export function createDynamo({ region, credentials, clock, random, maxAttempts, ...options }: DynamoOptions) {
  const { host } = new URL(options.endpoint);
  const post = createPost(options);
  const repeats = createRepeats(maxAttempts, random);
  let signer: Promise<Sign> | undefined;

  async function send(command: Command, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
    const target = TARGETS.get(command.constructor);
    if (target === undefined) throw new Error('the ledger sends GetItem, PutItem, UpdateItem and Query only');
    signer ??= credentials().then((own) => createSigner({ region, host }, own));
    const sign = await signer;
    const body = JSON.stringify(command.input);
    let cost: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const output = outputOf(await post(sign(target, body, clock.now()), body, abortSignal));
        repeats.succeeded(cost);
        return output;
      } catch (error) {
        const repeat = repeats.after(error, attempt);
        if (repeat === undefined) throw error;
        cost = repeat.cost;
        await clock.sleep(repeat.pauseMs, abortSignal);
      }
    }
  }

  return send as DynamoDBClient['send'];
}

/** @throws ConditionalCheckFailedException, DynamoRefused */
function outputOf({ status, body }: Answer): object {
  if (status === 200) return JSON.parse(body);
  const { __type: type, message, Message } = parsedError(body);
  // `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`
  const name = typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : `Status${status}`;
  const text = String(message ?? Message ?? `DynamoDB answered ${status}`);
  if (name !== 'ConditionalCheckFailedException') throw new DynamoRefused(name, text, status);
  throw new ConditionalCheckFailedException({ message: text, $metadata: { httpStatusCode: status } });
}

interface ErrorBody {
  readonly __type?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
}

/** What stands between us and DynamoDB answers in other words than JSON. */
function parsedError(body: string): ErrorBody {
  try {
    return (JSON.parse(body) as ErrorBody | null) ?? {};
  } catch {
    return {};
  }
}
