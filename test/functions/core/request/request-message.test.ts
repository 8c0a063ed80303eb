import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeRemedy } from '../../../../functions/core/request/envelopes.ts';
import {
  fingerprintOf,
  sqsMessageRequestId,
  sqsRequestId,
} from '../../../../functions/core/request/reprocess-request.ts';
import { decodeMessage } from '../../../../functions/core/request/request-message.ts';
import { messageOf } from '../../../../functions/lambda/sqs-record.ts';
import { NOON } from '../../../support/fixtures.ts';
import { sqsRecord } from '../../../support/sqs-event.ts';

const uuid = '9F1C2A34-0000-4000-8000-123456789ABC';
const ours = `http:${'a'.repeat(64)}`;

const parseRecord = (record: ReturnType<typeof sqsRecord>) => decodeMessage(messageOf(record));

describe('decodeMessage', () => {
  it.each([
    ['a byte order mark before it', '\uFEFF{"image_id":"villa","preferences":{}}'],
    [
      'null for what is optional',
      { image_id: 'villa', preferences: {}, request_id: null, not_after: null, api_version: null },
    ],
  ])('understands a request with %s', (_, body) => {
    const record = sqsRecord(body, { group: 'villa' });
    const { request } = parseRecord(record) as { request: object };
    expect(request).toEqual({
      requestId: sqsMessageRequestId(record.messageId),
      imageId: 'villa',
      preferences: {},
      fingerprint: fingerprintOf('villa', {}),
      source: 'sqs',
      acceptedAt: NOON,
      traceparent: expect.any(String),
    });
  });

  it('reads the version of the API, which is part of what the request is', () => {
    const body = { image_id: 'villa', preferences: {}, api_version: '2025-05-08' };
    expect(parseRecord(sqsRecord(body))).toMatchObject({
      request: { apiVersion: '2025-05-08', fingerprint: fingerprintOf('villa', {}, '2025-05-08') },
    });
    expect(fingerprintOf('villa', {}, '2025-05-08')).not.toBe(fingerprintOf('villa', {}));
  });

  it.each<[string, object, string]>([
    [
      'a notification of SNS',
      {
        Type: 'Notification',
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:t.fifo',
        Message: '{"image_id":"a","preferences":{}}',
      },
      'turn on raw message delivery for the subscription, or send the content of Message',
    ],
    [
      'an event of EventBridge',
      { version: '0', id: 'x', 'detail-type': 'wish', source: 'shop', detail: { image_id: 'a', preferences: {} } },
      'the input path $.detail or an input transformer, or send the content of detail',
    ],
    [
      "EventBridge's event of S3",
      { 'detail-type': 'Object Created', source: 'aws.s3', detail: { bucket: {}, object: {} } },
      'it is an EventBridge event',
    ],
    ['a notification of S3', { Records: [{ eventSource: 'aws:s3', s3: {} }] }, 'it is an S3 event notification'],
    ["S3's test", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }, 'it is an S3 event notification'],
    [
      "Lambda's event of SNS",
      { Records: [{ EventSource: 'aws:sns', Sns: {} }] },
      'the content of each Records[].Sns.Message',
    ],
    [
      "Lambda's event of SQS",
      { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
      'the content of each Records[].body',
    ],
    ["a destination's", { requestContext: {}, responsePayload: {} }, 'send the content of responsePayload'],
    ['a CloudEvent', { specversion: '1.0', id: '1', type: 't', source: 's', data: {} }, 'it is a CloudEvent'],
    ['parameters of SendMessage', { MessageBody: '{}', MessageGroupId: 'a' }, 'send the content of MessageBody'],
  ])('says what to do with %s', (_, body, remedy) => {
    const parsed = parseRecord(sqsRecord(body));
    expect(parsed).toMatchObject({
      detail: expect.stringContaining('the message must be a reprocess request, and it '),
    });
    expect(parsed).toMatchObject({ detail: expect.stringContaining(remedy) });
  });

  it.each([
    { TopicArn: 'arn' },
    { Message: 'text' },
    { 'detail-type': 'wish' },
    { detail: {} },
    { requestContext: {} },
    { responsePayload: {} },
    { requestContext: 'text', responsePayload: {} },
    { specversion: '1.0', type: 't' },
    { specversion: '1.0', source: 's' },
    { type: 't', source: 's' },
    { Records: [] },
  ])('takes %j for no envelope', (body) => expect(envelopeRemedy(body)).toBeUndefined());

  it.each(['preferences', 'request_id', 'not_after', 'api_version', 'notAfter', 'Request ID', 'api-version'])(
    'refuses %s among the preferences, where it would do nothing',
    (name) => {
      const body = { image_id: 'villa', preferences: { hdr: true, [name]: '2030-01-01T00:00:00Z' } };
      expect(parseRecord(sqsRecord(body))).toMatchObject({
        detail: expect.stringMatching(/^\w+ must be next to image_id in the message, not inside preferences$/),
      });
    },
  );

  it('takes them as they came from an entry point that has checked them', () => {
    const body = { image_id: 'villa', preferences: { request_id: 'x' }, request_id: ours };
    expect(parseRecord(sqsRecord(body))).toMatchObject({ request: { preferences: { request_id: 'x' } } });
  });

  it('understands a request, with the time of acceptance that SQS states', () => {
    const record = sqsRecord({ image_id: 'villa', preferences: { hdr: true } });
    expect(parseRecord(record)).toMatchObject({
      messageId: record.messageId,
      receiptHandle: record.receiptHandle,
      groupId: 'villa',
      request: {
        requestId: sqsMessageRequestId(record.messageId),
        imageId: 'villa',
        preferences: { hdr: true },
        source: 'sqs',
        acceptedAt: NOON,
      },
    });
  });

  it.each([
    ["a sender's own id", 'order-7', sqsRequestId('AROAEXAMPLE', 'order-7'), 'sqs'],
    ['an id that the HTTP entry point gave', ours, ours, 'http'],
    ['an id that an upload gave', `upload:${'b'.repeat(64)}`, `upload:${'b'.repeat(64)}`, 'upload'],
    [
      "a sender's own id that looks like one of ours for SQS",
      `sqs:${'c'.repeat(64)}`,
      sqsRequestId('AROAEXAMPLE', `sqs:${'c'.repeat(64)}`),
      'sqs',
    ],
  ])('knows a request by %s', (_, given, requestId, source) => {
    const body = { image_id: 'villa', preferences: {}, request_id: given };
    expect(parseRecord(sqsRecord(body))).toMatchObject({ request: { requestId, source } });
  });

  it('compares a UUID in lower case, and takes it in no other group', () => {
    const body = { image_id: uuid, preferences: {} };
    const imageId = uuid.toLowerCase();
    expect(parseRecord(sqsRecord(body, { group: imageId }))).toMatchObject({ request: { imageId } });
    expect(parseRecord(sqsRecord(body, { group: uuid }))).toMatchObject({
      unreadable: { imageId },
      detail: expect.stringContaining(`the message group must be the image id ${imageId}, a UUID in lower case`),
    });
  });

  const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const traced = (body: unknown, traceparent: string, AWSTraceHeader?: string) =>
    sqsRecord(body, {
      messageAttributes: { traceparent: { stringValue: traceparent, dataType: 'String' } },
      ...(AWSTraceHeader !== undefined && { attributes: { AWSTraceHeader } }),
    });

  it.each([
    ['a request', { image_id: 'villa', preferences: {} }, 'request'],
    ['what is none', { image_id: 'villa' }, 'unreadable'],
  ])('reads the trace of %s beside its body: its sender’s, else X-Ray’s, else one of its own', (_, body, as) => {
    expect(parseRecord(traced(body, TRACEPARENT))).toMatchObject({ [as]: { traceparent: TRACEPARENT } });
    const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    expect(parseRecord(traced(body, 'garbage', xray))).toMatchObject({
      [as]: { traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01' },
    });
    const bare = sqsRecord(body);
    const again = parseRecord(bare);
    expect(again).toMatchObject({ [as]: { traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) } });
    expect(parseRecord(bare)).toEqual(again);
  });

  it('takes a request for the same, whatever its trace', () => {
    const body = { image_id: 'villa', preferences: { hdr: true }, request_id: 'order-7' };
    const [one, other] = [parseRecord(traced(body, TRACEPARENT)), parseRecord(sqsRecord(body))];
    if (!('request' in one && 'request' in other)) throw new Error('neither was understood');
    const { traceparent, ...rest } = one.request;
    expect(other.request).toMatchObject(rest);
    expect(other.request.traceparent).not.toBe(traceparent);
  });

  it.each<[string, object, object]>([
    ['an id', { request_id: 'x'.repeat(256) }, { request_id: 'x'.repeat(257) }],
    ['a file by its bytes', { file: 'é'.repeat(512), line: 1 }, { file: 'é'.repeat(513), line: 1 }],
  ])('takes %s of the greatest length, and none that is longer', (_, longest, tooLong) => {
    const body = { image_id: 'villa', preferences: {} };
    expect(parseRecord(sqsRecord({ ...body, ...longest }))).toHaveProperty('request');
    expect(parseRecord(sqsRecord({ ...body, ...tooLong }))).toHaveProperty('unreadable');
  });

  it('reads the batch of a line, and of no other request', () => {
    const batch = { batch_id: `b_${'c'.repeat(32)}`, round: 2 };
    const body = { image_id: 'villa', preferences: {}, ...batch };
    expect(parseRecord(sqsRecord({ ...body, request_id: `upload:${'b'.repeat(64)}` }))).toMatchObject({
      request: { batch: { batchId: batch.batch_id, round: 2 } },
    });
    expect(parseRecord(sqsRecord(body))).not.toHaveProperty('request.batch');
    expect(parseRecord(sqsRecord({ ...body, request_id: `upload:${'b'.repeat(64)}`, round: 0 }))).toMatchObject({
      detail: expect.stringContaining('batch_id and round must be'),
    });
  });

  it('takes the id of a request that is sent again as it is, whatever entry point the first one came through', () => {
    const body = { image_id: 'villa', preferences: {}, request_id: `sqs:${'d'.repeat(64)}` };
    expect(parseRecord(sqsRecord({ ...body, again_for: `sqs:${'e'.repeat(64)}`, round: 1 }))).toMatchObject({
      request: { requestId: body.request_id, source: 'sqs', again: { requestId: `sqs:${'e'.repeat(64)}`, round: 1 } },
    });
    const line = { request_id: `upload:${'d'.repeat(64)}`, again_for: `upload:${'e'.repeat(64)}`, round: 2 };
    expect(parseRecord(sqsRecord({ ...body, ...line }))).toMatchObject({
      request: { requestId: line.request_id, source: 'upload', again: { requestId: line.again_for, round: 2 } },
    });
    expect(parseRecord(sqsRecord(body))).toMatchObject({ request: { senderRequestId: body.request_id } });
    expect(parseRecord(sqsRecord({ ...body, again_for: 'mine', round: 1 }))).toMatchObject({
      detail: expect.stringContaining('again_for and round must be the id of a request'),
    });
  });

  it('reads until when a request is wanted, and where an upload stood', () => {
    const body = { image_id: 'a', preferences: {}, not_after: '2026-11-22T13:00:00+01:00', file: 'f.csv', line: 3 };
    expect(parseRecord(sqsRecord(body))).toMatchObject({
      request: { notAfter: NOON, upload: { file: 'f.csv', line: 3 } },
    });
  });

  it.each<[string, unknown, object, string]>([
    ['garbage', 'garbage', {}, 'the message is not a reprocess request: it must be a JSON object, got "garbage"'],
    ['an empty body', '', {}, 'it must be a JSON object, got ""'],
    [
      'JSON within JSON',
      JSON.stringify('{}'),
      {},
      'the message must be a JSON object, got "{}": is it JSON within JSON? Encode it once',
    ],
    [
      'a member that is nearly right',
      { image_id: 'a', preferences: {}, notAfter: null },
      {},
      'got also "notAfter": did you mean not_after?',
    ],
    [
      'a version that is none',
      { image_id: 'a', preferences: {}, api_version: '2025' },
      {},
      'api_version must be a date such as 2025-05-08, got "2025"',
    ],
    ['an array', '[]', {}, 'the message must be a JSON object, got an empty array'],
    ['deep nesting', '['.repeat(5000) + ']'.repeat(5000), {}, 'JSON may nest at most 64 levels deep'],
    [
      'no image id',
      { preferences: {} },
      {},
      'image_id must be 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -, and not "." or "..", got nothing',
    ],
    ['a wrong image id', { image_id: 'a/b', preferences: {} }, { group: 'a' }, 'got "a/b"'],
    [
      'a foreign group',
      { image_id: 'a', preferences: {} },
      { group: 'b' },
      'the message group must be the image id a, a UUID in lower case, got "b"',
    ],
    ['no preferences', { image_id: 'a' }, {}, 'preferences must be an object, got nothing'],
    [
      'a wrong preference',
      { image_id: 'a', preferences: { rating: 7 } },
      {},
      'rating must be an integer from 0 to 5, got 7',
    ],
    [
      'a preference outside',
      { image_id: 'a', preferences: {}, hdr: true },
      {},
      'got also "hdr": preferences belong inside preferences',
    ],
    [
      'an empty request id',
      { image_id: 'a', preferences: {}, request_id: '' },
      {},
      'request_id must be a string of 1 to 256 characters, got ""',
    ],
    [
      'an id that pretends to be ours',
      { image_id: 'a', preferences: {}, request_id: 'http:x' },
      {},
      'request_id must not begin with http: or upload:',
    ],
    [
      'a place in an upload that is none',
      { image_id: 'a', preferences: {}, file: 'x'.repeat(1025), line: 1 },
      {},
      "file and line must be the line's place in an upload: a key of at most 1024 bytes and a line number from 1",
    ],
    ['a line without a file', { image_id: 'a', preferences: {}, line: 1 }, {}, 'got nothing and 1'],
    ['a line that is none', { image_id: 'a', preferences: {}, file: 'f', line: 0 }, {}, 'got "f" and 0'],
    [
      'nesting beyond the stack around a long number',
      `${'['.repeat(20_000)}1234567890123456789${']'.repeat(20_000)}`,
      {},
      'JSON may nest at most 64 levels deep',
    ],
    [
      'a date without an offset',
      { image_id: 'a', preferences: {}, not_after: '2026-11-22T10:00' },
      {},
      'not_after must be an ISO 8601 date and time with an offset',
    ],
  ])('says what is wrong with %s', (_, body, options, detail) => {
    const record = sqsRecord(body, options);
    expect(parseRecord(record)).toMatchObject({
      unreadable: { requestId: sqsMessageRequestId(record.messageId), source: 'sqs', original: record.body },
      detail: expect.stringContaining(detail),
    });
  });

  it('keeps the first 64 KiB of a message of 1 MiB', () => {
    const parsed = parseRecord(sqsRecord('x'.repeat(1024 * 1024)));
    expect('unreadable' in parsed && parsed.unreadable.original.length).toBe(64 * 1024);
  });

  it('names the image of a refused message where it can', () => {
    expect(parseRecord(sqsRecord({ image_id: uuid }))).toMatchObject({ unreadable: { imageId: uuid.toLowerCase() } });
  });

  it('never throws, whatever the body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        const parsed = parseRecord(sqsRecord(body));
        expect('request' in parsed || parsed.detail.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
