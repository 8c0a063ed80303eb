import { SqsError } from './sqs-error.ts';

/** One message as its sender hands it over. */
export interface Outgoing {
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  /** Texts by name: the one type of attribute that is used here. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What counts towards the limit: a message's body, and of its attributes names, types and values. */
export function bytesOf({ body = '', attributes = {} }: Incomplete): number {
  return Buffer.byteLength(body + Object.entries(attributes).flat().join('')) + Object.keys(attributes).length * TYPE;
}
const TYPE = 'String'.length;

/** As a careless sender may hand it over. */
export type Incomplete = { readonly [Member in keyof Outgoing]?: Outgoing[Member] | undefined };

/** SQS's limits (API reference of SendMessage and SendMessageBatch; developer guide, "Message quotas"). */
export const MAX_BYTES = 1024 * 1024;
export const MAX_ENTRIES = 10;
export const MAX_VISIBILITY_SECONDS = 43_200;
export const DEDUPLICATION_MS = 5 * 60_000;

// #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF: with the flag u a lone surrogate matches
// U+D800 to U+DFFF, and a pair its own code point.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule names them
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/u;
/** Letters, digits and ASCII punctuation. */
const ID = /^[!-~]{1,128}$/;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** @throws SqsError */
export function checkMessage(message: Incomplete): void {
  const { body, groupId, deduplicationId } = message;
  if (groupId === undefined) throw new SqsError('MissingParameter', 'The request must contain MessageGroupId.');
  if (!ID.test(groupId)) throw new SqsError('InvalidParameterValue', `MessageGroupId ${groupId} is invalid.`);
  if (deduplicationId === undefined) {
    const rule = 'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided';
    throw new SqsError('InvalidParameterValue', rule);
  }
  if (!ID.test(deduplicationId)) {
    throw new SqsError('InvalidParameterValue', `MessageDeduplicationId ${deduplicationId} is invalid.`);
  }
  if (body === undefined || body === '')
    throw new SqsError('MissingParameter', 'The request must contain MessageBody.');
  const bytes = bytesOf(message);
  if (bytes > MAX_BYTES) {
    throw new SqsError('InvalidParameterValue', `A message must be at most ${MAX_BYTES} bytes, got ${bytes}.`);
  }
  const forbidden = FORBIDDEN.exec(body)?.[0];
  if (forbidden !== undefined) {
    const code = forbidden.charCodeAt(0).toString(16).padStart(4, '0');
    throw new SqsError('InvalidMessageContents', `U+${code} is outside the set allowed.`);
  }
}

/** What is wrong with a batch as a whole: then none of it is taken. @throws SqsError */
export function checkBatch(ids: readonly string[], bytes: number): void {
  if (ids.length === 0) throw new SqsError('EmptyBatchRequest', 'A batch must have at least one entry.');
  if (ids.length > MAX_ENTRIES) {
    throw new SqsError('TooManyEntriesInBatchRequest', `A batch takes ${MAX_ENTRIES} entries, got ${ids.length}.`);
  }
  if (new Set(ids).size < ids.length) throw new SqsError('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  const wrong = ids.find((id) => !ENTRY_ID.test(id));
  if (wrong !== undefined) throw new SqsError('InvalidBatchEntryId', `The entry id ${wrong} is invalid.`);
  if (bytes > MAX_BYTES) throw new SqsError('BatchRequestTooLong', `A batch takes ${MAX_BYTES} bytes, got ${bytes}.`);
}

/** @throws SqsError */
export function checkVisibility(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_VISIBILITY_SECONDS) return;
  const rule = `Must be between 0 and ${MAX_VISIBILITY_SECONDS}, if provided.`;
  throw new SqsError('InvalidParameterValue', `Value ${seconds} for parameter VisibilityTimeout is invalid. ${rule}`);
}
