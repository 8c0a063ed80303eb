import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { JsonService } from './json-service.ts';
import { Refused } from './refused.ts';

/** A command of the SDK's, of which the input alone is used. */
interface Command {
  readonly constructor: unknown;
  readonly input: unknown;
}

const OPERATIONS = new Map<unknown, string>([
  [GetItemCommand, 'GetItem'],
  [PutItemCommand, 'PutItem'],
  [UpdateItemCommand, 'UpdateItem'],
  [QueryCommand, 'Query'],
]);

/**
 * DynamoDB for items of texts, numbers and booleans: takes the SDK's commands, and throws its
 * ConditionalCheckFailedException. The SDK's own client needs five times the CPU for a call, and a request makes two.
 */
export function createDynamo({ call }: Pick<JsonService, 'call'>): DynamoDBClient['send'] {
  async function send(command: Command, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
    const operation = OPERATIONS.get(command.constructor);
    if (operation === undefined) throw new Error('the ledger sends GetItem, PutItem, UpdateItem and Query only');
    try {
      return await call(operation, JSON.stringify(command.input), abortSignal);
    } catch (error) {
      if (!(error instanceof Refused) || error.name !== 'ConditionalCheckFailedException') throw error;
      throw new ConditionalCheckFailedException({ message: error.message, $metadata: error.$metadata });
    }
  }

  return send as DynamoDBClient['send'];
}
