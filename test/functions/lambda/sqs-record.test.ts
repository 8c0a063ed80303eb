import type { SQSMessageAttribute } from 'aws-lambda';
import { expect, it } from 'vitest';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { ownTraceparent } from '../../../functions/core/trace.ts';
import { messageOf } from '../../../functions/lambda/sqs-record.ts';
import { sqsRecord } from '../../support/sqs-event.ts';

const given = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

function traceOf(attributes: Readonly<Record<string, Partial<SQSMessageAttribute>>>) {
  const record = sqsRecord({ image_id: 'house', preferences: {} }, { messageAttributes: attributes as never });
  const received = decodeMessage(messageOf(record));
  if (!('request' in received)) throw new Error(received.detail);
  const { requestId, traceparent } = received.request;
  return { traceparent, own: ownTraceparent(requestId) };
}

it("a message's trace is the text of its attribute, whatever else it carries", () => {
  const others = Array.from({ length: 9 }, (_, n) => [`other-${n}`, { dataType: 'String', stringValue: 'x' }]);
  const attributes = { ...Object.fromEntries(others), traceparent: { dataType: 'String', stringValue: given } };
  expect(traceOf(attributes).traceparent).toBe(given);
});

it.each<[string, Readonly<Record<string, Partial<SQSMessageAttribute>>>]>([
  ['that is binary', { traceparent: { dataType: 'Binary', binaryValue: Buffer.from(given).toString('base64') } }],
  ['that is a number', { traceparent: { dataType: 'Number', stringValue: '0' } }],
  ['of another name', { Traceparent: { dataType: 'String', stringValue: given } }],
])('a message with an attribute %s is a request with a trace of its own', (_, attributes) => {
  const { traceparent, own } = traceOf(attributes);
  expect(traceparent).toBe(own);
});

it('a record without message attributes is a message with a trace of its own', () => {
  const { messageAttributes: _, ...record } = sqsRecord({ image_id: 'house', preferences: {} });
  expect(decodeMessage(messageOf(record))).toMatchObject({
    request: { imageId: 'house', traceparent: expect.stringMatching(/^00-/) },
  });
});
