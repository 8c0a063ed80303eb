import type {
  ConditionalCheckFailedException as Exception,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

// Stands in the bundles where the ledger imports `@aws-sdk/client-dynamodb`: what dynamo.ts takes and
// throws, without the SDK's schemas and middleware behind it. What is missing here is an error of the bundler's.

class Command<Input> {
  readonly input: Input;

  constructor(input: Input) {
    this.input = input;
  }
}

export class GetItemCommand extends Command<GetItemCommandInput> {}
export class PutItemCommand extends Command<PutItemCommandInput> {}
export class UpdateItemCommand extends Command<UpdateItemCommandInput> {}
export class QueryCommand extends Command<QueryCommandInput> {}

/** The condition of a write did not hold. */
export class ConditionalCheckFailedException extends Error {
  override readonly name = 'ConditionalCheckFailedException';
  readonly $fault = 'client';

  constructor({ message }: Pick<Exception, 'message'>) {
    super(message);
  }
}
