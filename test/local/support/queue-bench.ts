import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { clientSettings } from '../../../local/aws-clients.ts';
import { type Queues, type QueuesOptions, startQueues } from '../../../local/queues.ts';
import type { QueuePlan } from '../../../local/service-plan.ts';

/** A queue as a template would plan it. */
export function planQueue(queues: Queues, name: string, attributes: Readonly<Record<string, string>> = {}): QueuePlan {
  return {
    name,
    url: `${queues.url}/000000000000/${name}`,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup', VisibilityTimeout: '30', ...attributes },
  };
}

/** A running queue server with one FIFO queue, and what a test does with it; all of it ends with the test. */
export async function startQueueBench(attributes: Readonly<Record<string, string>> = {}, options: QueuesOptions = {}) {
  const queues = await startQueues(options);
  const plan = planQueue(queues, 'work.fifo', attributes);
  const deadLetters = planQueue(queues, 'dead.fifo');
  queues.create([deadLetters, plan]);
  const client = new SQSClient(clientSettings(queues.url));
  let isClosed = false;
  let sent = 0;

  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    client.destroy();
    await queues.close();
  };
  onTestFinished(close);

  const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) => {
    const command = {
      QueueUrl: plan.url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All' as const],
      ...input,
    };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(command));
    return Messages;
  };
  return {
    queues,
    plan,
    deadLetters,
    client,
    close,
    receive,
    /** The bodies of what a receive hands out. */
    bodies: async (input: Partial<ReceiveMessageCommandInput> = {}) => (await receive(input)).map(({ Body }) => Body),
    send(group: string, body: string, input: Partial<SendMessageCommandInput> = {}) {
      sent += 1;
      const command = {
        QueueUrl: plan.url,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: String(sent),
      };
      return client.send(new SendMessageCommand({ ...command, ...input }));
    },
    remove(message: { readonly ReceiptHandle?: string | undefined } | undefined) {
      return client.send(new DeleteMessageCommand({ QueueUrl: plan.url, ReceiptHandle: message?.ReceiptHandle }));
    },
    hide(message: { readonly ReceiptHandle?: string | undefined } | undefined, seconds: number) {
      const input = { QueueUrl: plan.url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: seconds };
      return client.send(new ChangeMessageVisibilityCommand(input));
    },
  };
}
