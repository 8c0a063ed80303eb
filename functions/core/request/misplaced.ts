import { isJsonObject, type JsonObject } from '../json.ts';
import { lettersOf } from './field-suggestions.ts';

/** What stands beside the preferences in a message, and must not be lost among them. */
export const BESIDE_PREFERENCES = ['preferences', 'request_id', 'not_after', 'api_version'] as const;
export type BesidePreferences = (typeof BESIDE_PREFERENCES)[number];

const BY_LETTERS = new Map(BESIDE_PREFERENCES.map((name) => [lettersOf(name), name]));

/**
 * What a preferences object has that belongs beside it, under whatever spelling (`notAfter`): it would be passed on, and do
 * nothing.
 */
export function misplacedIn(preferences: JsonObject): readonly BesidePreferences[] {
  const found = Object.keys(preferences).flatMap((name) => BY_LETTERS.get(lettersOf(name)) ?? []);
  return BESIDE_PREFERENCES.filter((name) => found.includes(name));
}

interface Envelope {
  readonly isOne: (value: JsonObject) => boolean;
  readonly remedy: string;
}

const recordsFrom =
  (source: string) =>
  ({ Records: records }: JsonObject): boolean => {
    const [first] = Array.isArray(records) ? records : [];
    return isJsonObject(first) && [first.eventSource, first.EventSource].includes(source);
  };

const ENVELOPES: readonly Envelope[] = [
  {
    isOne: ({ TopicArn, Message }) => typeof TopicArn === 'string' && typeof Message === 'string',
    remedy:
      'it is an SNS notification with the request inside: turn on raw message delivery for the subscription, or send what is inside Message',
  },
  {
    isOne: (value) => Object.hasOwn(value, 'detail-type') && Object.hasOwn(value, 'detail'),
    remedy:
      'it is an EventBridge event: give the target of the rule the input path $.detail or an input transformer, or send what is inside detail',
  },
  {
    isOne: (value) => recordsFrom('aws:s3')(value) || value.Event === 's3:TestEvent',
    remedy:
      "it is an S3 event notification, which names no image of Autoenhance's: upload request files and images to the service's own bucket, or send a request for each image",
  },
  {
    isOne: recordsFrom('aws:sns'),
    remedy: 'it is an SNS event of Lambda: send what is inside Records[].Sns.Message, one message for each',
  },
  {
    isOne: recordsFrom('aws:sqs'),
    remedy: 'it is an SQS event of Lambda: send what is inside Records[].body, one message for each',
  },
  {
    isOne: ({ requestContext, responsePayload }) => isJsonObject(requestContext) && responsePayload !== undefined,
    remedy: 'it is what a destination of Lambda gets: send what is inside responsePayload',
  },
  {
    isOne: ({ specversion, type, source }) => [specversion, type, source].every((each) => typeof each === 'string'),
    remedy: 'it is a CloudEvent: send the request itself, and not the event that tells of it',
  },
  {
    isOne: ({ MessageBody }) => MessageBody !== undefined,
    remedy: 'it holds the parameters of SendMessage: send what is inside MessageBody',
  },
];

/** Where AWS, or a tool, wrapped the request in something of its own: what it is, and what to do. */
export function envelopeRemedy(value: JsonObject): string | undefined {
  return ENVELOPES.find(({ isOne }) => isOne(value))?.remedy;
}
