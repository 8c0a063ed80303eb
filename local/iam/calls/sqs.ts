import * as z from 'zod';
import type { ServiceCall } from '../../guard.ts';
import { REGION } from '../../template/identities.ts';
import type { Access } from '../evaluate.ts';
import { operationOf, UnknownCall } from '../unknown-call.ts';

/** Operations and the action that allows them. A batch needs the action of the single call (SQS's list of actions). */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
  ReceiveMessage: 'ReceiveMessage',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  GetQueueAttributes: 'GetQueueAttributes',
  SetQueueAttributes: 'SetQueueAttributes',
  PurgeQueue: 'PurgeQueue',
};

const inputSchema = z.object({ QueueUrl: z.string() });

/** @throws UnknownCall, or ZodError for an input without a queue */
export function sqsAccess({ headers, input }: Pick<ServiceCall, 'headers' | 'input'>): readonly Access[] {
  const operation = operationOf(headers['x-amz-target']);
  const action = ACTIONS[operation];
  if (action === undefined) throw new UnknownCall(`the local service does not know what sqs ${operation} needs`);
  const { QueueUrl } = inputSchema.parse(input());
  return [{ action: `sqs:${action}`, resource: queueArn(QueueUrl), context: {} }];
}

/** Like SQS, reads a queue's account and name only from the URL's path. */
export function queueArn(url: string): string {
  const [, account, name] = /^https?:\/\/[^/]+\/(\d{12})\/([^/?#]+)$/.exec(url) ?? [];
  if (account !== undefined) return `arn:aws:sqs:${REGION}:${account}:${name}`;
  throw new UnknownCall(`a queue's URL must end in its account and its name, got ${url}`);
}
