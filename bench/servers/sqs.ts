import { createHash, randomUUID } from 'node:crypto';

interface Message {
  readonly Id?: string;
  readonly MessageBody: string;
}

/** SQS's answer to what the functions send; nothing is kept. The SDK checks the MD5. */
export function answerAsSqs(operation: string, input: unknown): unknown {
  switch (operation) {
    case 'SendMessage':
      return sent(input as Message);
    case 'SendMessageBatch':
      return { Successful: (input as { readonly Entries: readonly Message[] }).Entries.map(sent), Failed: [] };
    case 'GetQueueAttributes':
      return { Attributes: { ApproximateNumberOfMessages: '0' } };
    default:
      return {};
  }
}

function sent({ Id, MessageBody }: Message) {
  return { Id, MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}
