import type * as z from 'zod';
import { examplesOf } from '../examples.ts';
import { inlineSchema, referenceTo, schemasFor } from '../json-schemas.ts';
import { ABOUT } from '../project.ts';
import { imageId, traceparent } from '../schemas/common.ts';
import {
  batchFinishedEvent,
  callbackPausedEvent,
  callbackRemovedEvent,
  failedEvent,
  imageFailedEvent,
  otherEvent,
  processedEvent,
  succeededEvent,
  unknownEvent,
} from '../schemas/events.ts';
import { requestMessage } from '../schemas/request-message.ts';
import '../schemas/upload-report.ts';

const DIALECT = 'draft-07';

const INFO = {
  title: 'Autoenhance reprocess queues',
  description:
    'For a back-end system that sends reprocess requests to one SQS queue and receives their outcomes from another. Operations are named from its side. New members and event types may appear: ignore those that you do not know.',
};

const SERVERS = {
  sqs: {
    host: 'sqs.{region}.amazonaws.com',
    protocol: 'sqs',
    description: 'SQS in the service’s account. TLS is required.',
    variables: { region: { description: 'The stage’s region.', examples: ['eu-west-1'] } },
  },
};

interface Message {
  readonly title: string;
  readonly summary: string;
  readonly contentType: string;
  readonly payload: z.core.$ZodType;
  readonly examples: readonly unknown[];
}

const isOfType = (type: string | RegExp) => (event: unknown) => {
  const { type: given } = event as { readonly type: string };
  return typeof type === 'string' ? given === type : type.test(given);
};

function event(title: string, summary: string, payload: z.core.$ZodType, type: string | RegExp): Message {
  const examples = [
    ...examplesOf('event'),
    ...examplesOf('image-event'),
    ...examplesOf('batch-event'),
    ...examplesOf('callback-event'),
  ].filter(isOfType(type));
  return { title, summary, contentType: 'application/cloudevents+json', payload, examples };
}

/** By their names in the document. */
const MESSAGES: Readonly<Record<string, Message>> = {
  ReprocessRequest: {
    title: 'A reprocess request',
    summary: 'Process an image again.',
    contentType: 'application/json',
    payload: requestMessage,
    examples: examplesOf('message'),
  },
  ReprocessSucceeded: event(
    'reprocess.succeeded',
    'Autoenhance has started the enhancement.',
    succeededEvent,
    'reprocess.succeeded',
  ),
  ReprocessFailed: event(
    'reprocess.failed',
    'The request failed and will not be retried.',
    failedEvent,
    'reprocess.failed',
  ),
  ImageProcessed: event('image.processed', 'An image is finished.', processedEvent, 'image.processed'),
  ImageFailed: event('image.failed', 'An image ended in an error.', imageFailedEvent, 'image.failed'),
  ImageUnknown: event('image.unknown', 'Nobody knows how an image ended.', unknownEvent, 'image.unknown'),
  BatchFinished: event('batch.finished', 'Every line of a batch has ended.', batchFinishedEvent, 'batch.finished'),
  CallbackPaused: event(
    'callback.paused',
    'The callback of a partner has failed for a day.',
    callbackPausedEvent,
    'callback.paused',
  ),
  CallbackRemoved: event(
    'callback.removed',
    'The receiver of a partner wants no more callbacks.',
    callbackRemovedEvent,
    'callback.removed',
  ),
  AutoenhanceEvent: event(
    'autoenhance.<event>',
    'Any other event of Autoenhance, under its own name.',
    otherEvent,
    /^autoenhance\./,
  ),
};

const EVENTS = Object.keys(MESSAGES).filter((name) => name !== 'ReprocessRequest');

/** SQS's parameters. AsyncAPI has no binding for them. */
const REQUEST_PARAMETERS = {
  MessageGroupId: {
    ...inlineSchema(imageId, DIALECT),
    description: 'Exactly the image id (a UUID in lower case). SQS keeps the order within a group.',
  },
  MessageDeduplicationId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description:
      'The sender’s own id for this request, such as a UUID. For five minutes, SQS drops messages with the same group and id, whatever their content.',
  },
};

const EVENT_PARAMETERS = {
  MessageGroupId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description: 'The image id. Without one: the group of a refused message, or the name of Autoenhance’s event.',
  },
  MessageDeduplicationId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description:
      'The event’s id. SQS drops the same event within five minutes. After that it may arrive again, so remember the ids that you have handled for 14 days.',
  },
};

const RULES = {
  requests:
    'One message is one request. The message group is the image id: an image’s requests run in order, and different images run in parallel. A message that breaks a rule ends as `reprocess.failed` with the code `invalid_request`.',
  results:
    'One message is one event, for one consumer: a message that one consumer deletes is gone for all others. Each image’s events come in order, at least once. There is no dead-letter queue.',
};

function channel(name: 'requests' | 'results', messages: readonly string[]) {
  const address = `reprocess-{stage}-${name}.fifo`;
  return {
    address,
    title: `${name}.fifo`,
    description: RULES[name],
    parameters: {
      stage: { description: 'The stage.', examples: ['production'] },
    },
    servers: [{ $ref: '#/servers/sqs' }],
    messages: Object.fromEntries(messages.map((each) => [each, { $ref: `#/components/messages/${each}` }])),
    bindings: {
      sqs: {
        queue: {
          name: address,
          fifoQueue: true,
          deduplicationScope: 'messageGroup',
          fifoThroughputLimit: 'perMessageGroupId',
        },
        bindingVersion: '0.2.0',
      },
    },
  };
}

function operation(action: 'send' | 'receive', name: 'requests' | 'results', summary: string) {
  return {
    action,
    channel: { $ref: `#/channels/${name}` },
    summary,
  };
}

function encodeMessage(name: string, { title, summary, contentType, payload, examples }: Message) {
  const isRequest = name === 'ReprocessRequest';
  return {
    name,
    title,
    summary,
    contentType,
    ...(isRequest && { headers: MESSAGE_ATTRIBUTES }),
    payload: referenceTo(payload),
    examples: examples.map((example) => ({ payload: example })),
    'x-sqs-parameters': isRequest ? REQUEST_PARAMETERS : EVENT_PARAMETERS,
  };
}

const MESSAGE_ATTRIBUTES = {
  type: 'object',
  description: 'SQS’s message attributes, each of the type String.',
  properties: { traceparent: inlineSchema(traceparent, DIALECT) },
};

/** The queues as an AsyncAPI 3.0 document. */
export function asyncApi() {
  const messages = Object.fromEntries(
    Object.entries(MESSAGES).map(([name, message]) => [name, encodeMessage(name, message)]),
  );
  return {
    asyncapi: '3.0.0',
    info: { ...INFO, ...ABOUT },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: {
      requests: channel('requests', ['ReprocessRequest']),
      results: channel('results', EVENTS),
    },
    operations: {
      sendRequest: operation('send', 'requests', 'Submit a request.'),
      receiveEvent: operation(
        'receive',
        'results',
        'Receive the outcomes of requests and the events of finished images.',
      ),
    },
    components: { schemas: schemasFor(messages, DIALECT, ['UploadReport', 'RejectedLine']), messages },
  };
}
