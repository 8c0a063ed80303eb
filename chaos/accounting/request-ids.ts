import { hash } from 'node:crypto';

// Request ids as docs/messages.md has them: "Write each part in UTF-8, with its length in bytes and a colon before it. Join
// the parts, hash them, and write the hash in lower-case hexadecimal."

export const httpId = (partner: string, key: string) => `http:${hashOf(partner, key)}`;

/** @param sender SQS's SenderId: "up to its first colon" */
export const sqsId = (sender: string, requestId: string) =>
  `sqs:${hashOf('sender', sender.split(':')[0] ?? '', requestId)}`;

export const sqsMessageId = (messageId: string) => `sqs:${hashOf('message', messageId)}`;

/** Of a file's line. */
export const lineId = (bucket: string, key: string, version: string, line: number) =>
  `upload:${hashOf(bucket, key, version, String(line))}`;

function hashOf(...parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  return hash('sha256', text);
}
