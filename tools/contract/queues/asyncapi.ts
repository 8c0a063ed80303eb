import type * as z from 'zod';
import { examplesOf } from '../examples.ts';
import { inlineSchema, referenceTo, schemasFor } from '../json-schemas.ts';
import { ABOUT } from '../project.ts';
import { imageId, traceparent } from '../schemas/common.ts';
import { failedEvent, imageFailedEvent, otherEvent, processedEvent, succeededEvent } from '../schemas/events.ts';
import { requestMessage } from '../schemas/request-message.ts';
import '../schemas/upload-report.ts';

const DIALECT = 'draft-07';

const INFO = {
  title: 'Autoenhance reprocess queues',
  description:
    'For a back-end system that puts reprocess requests on one SQS queue and reads what became of them from another: operations are named from its side. Members and types of event that are new may appear: ignore those that you do not know.',
};

const SERVERS = {
  sqs: {
    host: 'sqs.{region}.amazonaws.com',
    protocol: 'sqs',
    description: 'SQS in the account that the service runs in. Only TLS is let in.',
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
  const examples = [...examplesOf('event'), ...examplesOf('image-event')].filter(isOfType(type));
  return { title, summary, contentType: 'application/cloudevents+json', payload, examples };
}

/** By their names in the document. */
const MESSAGES: Readonly<Record<string, Message>> = {
  ReprocessRequest: {
    title: 'A reprocess request',
    summary: 'Have an image processed again.',
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
  ReprocessFailed: event('reprocess.failed', 'The request will not be tried again.', failedEvent, 'reprocess.failed'),
  ImageProcessed: event('image.processed', 'An image is finished.', processedEvent, 'image.processed'),
  ImageFailed: event('image.failed', 'An image ended in an error.', imageFailedEvent, 'image.failed'),
  AutoenhanceEvent: event(
    'autoenhance.<event>',
    'Whatever else Autoenhance tells, under the name that it gave.',
    otherEvent,
    /^autoenhance\./,
  ),
};

const EVENTS = Object.keys(MESSAGES).filter((name) => name !== 'ReprocessRequest');

/** SQS's parameters beside the body, which no binding of AsyncAPI describes. */
const REQUEST_PARAMETERS = {
  MessageGroupId: {
    ...inlineSchema(imageId, DIALECT),
    description: 'The image id, to the letter (a UUID in lower case). SQS keeps the order within it.',
  },
  MessageDeduplicationId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description:
      'An id of the sender’s own for this request, such as a UUID. SQS drops a message of the same group and id for five minutes; the content is not looked at.',
  },
};

const EVENT_PARAMETERS = {
  MessageGroupId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description:
      'The image id; where a refused message names none, the group that it came in; where an event of Autoenhance’s names none, the event’s name.',
  },
  MessageDeduplicationId: {
    type: 'string',
    pattern: '^[!-~]{1,128}$',
    description:
      'The event’s id. SQS drops a repeat within five minutes; a later one arrives, so remember the ids that you handled for 14 days.',
  },
};

const RULES = {
  requests:
    'One message is one request. The message group is the image id: an image’s requests run in their order, different images side by side. A message that breaks a rule ends as `reprocess.failed` with the code `invalid_request`.',
  results:
    'One message is one event, for one consumer: whoever deletes a message takes it from everybody else. Each image’s events come in their order, at least once. There are no dead letters.',
};

function channel(name: 'requests' | 'results', messages: readonly string[]) {
  const address = `reprocess-{stage}-${name}.fifo`;
  return {
    address,
    title: `${name}.fifo`,
    description: RULES[name],
    parameters: {
      stage: { description: 'The deployed copy.', examples: ['production'] },
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
      sendRequest: operation('send', 'requests', 'Hand over a request.'),
      receiveEvent: operation('receive', 'results', 'Learn what became of requests and images.'),
    },
    components: { schemas: schemasFor(messages, DIALECT, ['UploadReport', 'RejectedLine']), messages },
  };
}
