import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Journal } from '../../facts.ts';
import type { Part } from '../../fault-schedule.ts';
import type { Scheduler } from '../../scheduler.ts';
import type { Table } from '../dynamo.ts';
import type { EventBus } from '../event-bus.ts';
import type { Invocation } from '../lambda/environment.ts';
import { type Bucket, S3Error } from '../s3.ts';
import { type Secrets, SecretsError } from '../secrets.ts';
import type { FifoQueue } from '../sqs/fifo-queue.ts';
import { queueOf, respondAsSqs, type SqsInput } from '../sqs/protocol.ts';
import { HandleExpired } from '../sqs/sqs-error.ts';

/** An operation of AWS as an environment sends it. */
export interface Operation {
  readonly service: 'sqs' | 'dynamo' | 'secrets' | 's3' | 'events';
  /** Without the SDK's "Command". */
  readonly name: string;
  readonly input: object;
  readonly signal?: AbortSignal | undefined;
}

/** What a service made of an operation: returns its response, or throws it. */
export type Result = () => object;

/** The services of AWS, none of which ever fails by itself. */
export interface Services {
  carryOut(operation: Operation, invocation: Invocation): Result;
  partOf(operation: Operation): Exclude<Part, 'endpoint'>;
}

export interface ServicesParts {
  readonly queues: readonly FifoQueue[];
  readonly table: Table;
  readonly secrets: Secrets;
  readonly bucket: Bucket;
  readonly bus: EventBus;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  /** Does something in the name of an invocation, so that what the models note of it bears its number. */
  readonly inTheNameOf: <Outcome>(invocation: Invocation, act: () => Outcome) => Outcome;
}

export function createServices(parts: ServicesParts): Services {
  const { queues, table, secrets, bucket, bus, scheduler, journal, inTheNameOf } = parts;

  function respond({ service, name, input }: Operation): object {
    if (service === 'dynamo') return table.respond(name, input);
    if (service === 'secrets') return secrets.respond(name, input);
    if (service === 's3') return bucket.respond(name, input);
    if (service === 'events') return bus.respond(name, input);
    return respondAsSqs(queueOf(queues, input as SqsInput), name, input as SqsInput, scheduler.now());
  }

  return {
    carryOut(operation, invocation) {
      try {
        const answered = inTheNameOf(invocation, () => respond(operation));
        for (const what of refusedEntries(answered)) journal.note({ kind: 'malformed', what });
        return () => answered;
      } catch (error) {
        if (!isOrdinary(error)) journal.note({ kind: 'malformed', what: `${operation.name}: ${error}` });
        return () => {
          throw error;
        };
      }
    },
    partOf({ service, input }) {
      if (service === 'dynamo') return 'ledger';
      if (service === 'secrets') return 'secrets';
      if (service === 's3') return 'bucket';
      if (service === 'events') return 'bus';
      const { name } = queueOf(queues, input as SqsInput);
      return /^(results|callbacks)/.test(name) ? 'results' : 'requests';
    },
  };
}

/** What a careful caller meets in ordinary operation; everything else that AWS refuses is a mistake of the sender. */
function isOrdinary(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException || error instanceof HandleExpired) return true;
  return error instanceof SecretsError || error instanceof S3Error;
}

function refusedEntries(response: {
  readonly Failed?: readonly { Code?: string; Message?: string }[];
}): readonly string[] {
  return (response.Failed ?? []).map(({ Code, Message }) => `a batch's entry: ${Code}: ${Message}`);
}
