import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** An SQS protocol server of its own, with one FIFO queue. */
export async function startQueueServer(name = 'queue.fifo') {
  const server = buildApp({ logger: false });
  const endpoint = await server.listen({ port: 0, host: '127.0.0.1' });
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true' } }));
  const queueUrl = `${endpoint}/000000000000/${name}`;
  const receive = async () => {
    const input = {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All' as const],
      MessageAttributeNames: ['All'],
    };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
    return Messages;
  };
  const remove = (ReceiptHandle: string) =>
    client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  const stop = async () => {
    client.destroy();
    await server.close();
  };
  return { client, endpoint, queueUrl, receive, remove, stop };
}
