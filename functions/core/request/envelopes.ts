import { isJsonObject, type JsonObject } from '../json.ts';

interface Envelope {
  readonly matches: (value: JsonObject) => boolean;
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
    matches: ({ TopicArn, Message }) => typeof TopicArn === 'string' && typeof Message === 'string',
    remedy:
      'it is an SNS notification that contains the request: turn on raw message delivery for the subscription, or send the content of Message',
  },
  {
    matches: (value) => Object.hasOwn(value, 'detail-type') && Object.hasOwn(value, 'detail'),
    remedy:
      'it is an EventBridge event: give the target of the rule the input path $.detail or an input transformer, or send the content of detail',
  },
  {
    matches: (value) => recordsFrom('aws:s3')(value) || value.Event === 's3:TestEvent',
    remedy:
      "it is an S3 event notification, which has no image id of Autoenhance: upload request files and images to the service's own bucket, or send a request for each image",
  },
  {
    matches: recordsFrom('aws:sns'),
    remedy: 'it is an SNS event of Lambda: send the content of each Records[].Sns.Message as a message',
  },
  {
    matches: recordsFrom('aws:sqs'),
    remedy: 'it is an SQS event of Lambda: send the content of each Records[].body as a message',
  },
  {
    matches: ({ requestContext, responsePayload }) => isJsonObject(requestContext) && responsePayload !== undefined,
    remedy: 'it is the record of a Lambda destination: send the content of responsePayload',
  },
  {
    matches: ({ specversion, type, source }) => [specversion, type, source].every((each) => typeof each === 'string'),
    remedy: 'it is a CloudEvent: send the request itself, not an event about it',
  },
  {
    matches: ({ MessageBody }) => MessageBody !== undefined,
    remedy: 'it has the parameters of SendMessage: send the content of MessageBody',
  },
];

/** For a request that AWS or a tool has wrapped in an envelope: what it is, and what to send instead. */
export function envelopeRemedy(value: JsonObject): string | undefined {
  return ENVELOPES.find(({ matches }) => matches(value))?.remedy;
}
