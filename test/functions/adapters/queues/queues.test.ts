import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCallbackQueue } from '../../../../functions/adapters/queues/callback-queue.ts';
import { createQueueCounts } from '../../../../functions/adapters/queues/queue-counts.ts';
import { createRequestBatches } from '../../../../functions/adapters/queues/request-batches.ts';
import { createRequestQueue } from '../../../../functions/adapters/queues/request-queue.ts';
import { createResultQueue } from '../../../../functions/adapters/queues/result-queue.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { callbackGroupOf } from '../../../../functions/core/callback/callback-message.ts';
import { decodeCallbackMessage } from '../../../../functions/core/callback/decode-callback-message.ts';
import { type CallbackMessage, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { parseJson } from '../../../../functions/core/json.ts';
import { encodeEvent } from '../../../../functions/core/outcome/cloud-event.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import { type Outcome, type OutcomeEvent, outcomeEvent } from '../../../../functions/core/outcome/outcome.ts';
import type { Clock } from '../../../../functions/core/ports.ts';
import { decodeMessage, encodeRequest } from '../../../../functions/core/request/request-message.ts';
import { messageOf } from '../../../../functions/lambda/sqs-record.ts';
import { aRequest, NOON, plentyOfTime } from '../../../support/fixtures.ts';
import { startQueueServer } from '../../../support/queue-server.ts';
import { sqsRecord } from '../../../support/sqs-event.ts';

let queue: Awaited<ReturnType<typeof startQueueServer>>;
beforeEach(async () => {
  queue = await startQueueServer();
});
afterEach(() => queue.stop());

const limits = plentyOfTime(systemClock);
const succeeded: Outcome = {
  kind: 'succeeded',
  response: '{"status":"processing"}',
  attempts: 1,
  warnings: ['w'],
  at: NOON,
};
const event = (imageId: string, outcome: Outcome = succeeded) => outcomeEvent(aRequest({ imageId }), outcome);

/** The result queue over the real wire; `batches` are the sizes of the batches that were sent. */
function open(
  send: (command: SendMessageBatchCommand) => unknown = (command) => queue.client.send(command),
  clock: Clock = systemClock,
) {
  const batches: number[] = [];
  const counting = (command: SendMessageBatchCommand) => {
    batches.push(command.input.Entries?.length ?? 0);
    return send(command);
  };
  const outcomes = createResultQueue({
    send: counting as SQSClient['send'],
    queueUrl: queue.queueUrl,
    stage: 'test',
    clock,
  });
  return { outcomes, batches };
}

describe('the result queue', () => {
  it("publishes a CloudEvent in its image's group, under its own id", async () => {
    const { outcomes } = open();
    const published = outcomeEvent(aRequest({ imageId: 'villa', traceparent: '00-trace' }), succeeded);
    await outcomes.publish(published, limits);
    const [message] = await queue.receive();
    expect(message?.Attributes).toMatchObject({ MessageGroupId: 'villa', MessageDeduplicationId: published.id });
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      specversion: '1.0',
      id: `${published.request.requestId}.succeeded`,
      type: 'reprocess.succeeded',
      source: 'reprocess/test',
      subject: 'villa',
      time: '2026-11-22T12:00:00.000Z',
      datacontenttype: 'application/json',
      traceparent: '00-trace',
      data: {
        request: {
          request_id: published.request.requestId,
          image_id: 'villa',
          preferences: { enhance_type: 'neutral' },
          source: 'sqs',
          accepted_at: '2026-11-22T12:00:00.000Z',
        },
        image: { status: 'processing' },
        attempts: 1,
        warnings: ['w'],
      },
    });
  });

  it('sends one batch for the lines that end together', async () => {
    const { outcomes, batches } = open();
    const lines = Array.from({ length: 10 }, () => outcomes.join(limits));
    await Promise.all(
      lines.map(async (leave, index) => {
        await outcomes.publish(event(`image-${index}`), limits);
        leave();
      }),
    );
    expect(batches).toEqual([10]);
  });

  it('does not wait for a line that has left', async () => {
    const { outcomes, batches } = open();
    const [first, second] = [outcomes.join(limits), outcomes.join(limits)];
    const published = outcomes.publish(event('a'), limits);
    expect(batches).toEqual([]);
    second();
    // At once, and not only after a while.
    expect(batches).toEqual([1]);
    await published;
    first();
  });

  it('is not sent early by a line of an invocation that was cut off', async () => {
    const { outcomes, batches } = open();
    const leave = outcomes.join({ ...limits, signal: AbortSignal.abort() });
    const leaveLater = outcomes.join(limits);
    const first = outcomes.publish(event('a'), limits);
    leave();
    await Promise.all([first, outcomes.publish(event('b'), limits)]);
    leaveLater();
    expect(batches).toEqual([2]);
  });

  it.each(['first', 'second'])('ends a batch that two share with the signal of the %s', async (which) => {
    const ending = { first: new AbortController(), second: new AbortController() };
    let signal: AbortSignal | undefined;
    const outcomes = createResultQueue({
      send: (async (_: unknown, options: { readonly abortSignal: AbortSignal }) => {
        signal = options.abortSignal;
        return {};
      }) as unknown as SQSClient['send'],
      queueUrl: queue.queueUrl,
      ...{ stage: 'test', clock: systemClock },
    });
    const leave = [outcomes.join(limits), outcomes.join(limits)];
    await Promise.all([
      outcomes.publish(event('a'), { ...limits, signal: ending.first.signal }),
      outcomes.publish(event('b'), { ...limits, signal: ending.second.signal }),
    ]);
    for (const line of leave) line();
    expect(signal?.aborted).toBe(false);
    ending[which as keyof typeof ending].abort();
    expect(signal?.aborted).toBe(true);
  });

  it('is not sent early by the wait of a batch that was sent before', async () => {
    const wakes: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => wakes.push(resolve));
    const { outcomes, batches } = open(undefined, { ...systemClock, sleep });
    await outcomes.publish(event('a'), limits);
    const leave = [outcomes.join(limits), outcomes.join(limits)];
    const second = outcomes.publish(event('b'), limits);
    wakes[0]?.();
    await new Promise(setImmediate);
    expect(batches).toEqual([1]);
    wakes[1]?.();
    await second;
    expect(batches).toEqual([1, 1]);
    for (const line of leave) line();
  });

  it('does not wait for ever for a line that stays busy', async () => {
    const { outcomes, batches } = open();
    const leave = [outcomes.join(limits), outcomes.join(limits)];
    await outcomes.publish(event('a'), limits);
    expect(batches).toEqual([1]);
    for (const line of leave) line();
  });

  it('cuts batches at ten entries and at 1 MiB', async () => {
    const { outcomes, batches } = open();
    const leave = Array.from({ length: 13 }, () => outcomes.join(limits));
    const long = { ...succeeded, response: JSON.stringify({ text: 'x'.repeat(250 * 1024) }) };
    await Promise.all(
      Array.from({ length: 13 }, (_, index) => outcomes.publish(event(`image-${index}`, long), limits)),
    );
    for (const line of leave) line();
    expect(batches).toEqual([4, 4, 2, 3]);
  });

  /** An event whose message has so many bytes. */
  function eventOf(bytes: number) {
    const withText = (length: number) => event('villa', { ...succeeded, warnings: ['x'.repeat(length)] });
    return withText(bytes - Buffer.byteLength(encodeEvent(withText(0), 'test')));
  }

  it('fills a batch to the last byte of 1 MiB', async () => {
    const { outcomes, batches } = open();
    const leave = [outcomes.join(limits), outcomes.join(limits)];
    await Promise.all([outcomes.publish(eventOf(2 ** 19), limits), outcomes.publish(eventOf(2 ** 19), limits)]);
    for (const line of leave) line();
    expect(batches).toEqual([2]);
  });

  it('sends an event that just fits a message as it is', async () => {
    await open().outcomes.publish(eventOf(2 ** 20), limits);
    const [message] = await queue.receive();
    expect(Buffer.byteLength(message?.Body ?? '')).toBe(2 ** 20);
  });

  it('sends an event that is too long for a message without its longest parts, and says so', async () => {
    const { outcomes } = open();
    const long = { text: 'x'.repeat(600_000) };
    const request = aRequest({ imageId: 'villa', preferences: long });
    const { requestId } = request;
    await outcomes.publish(outcomeEvent(request, { ...succeeded, response: JSON.stringify(long) }), limits);
    const [message] = await queue.receive();
    const { id, data } = JSON.parse(message?.Body ?? '');
    const warnings = ['w', 'this event was too long for one message: its longest parts are missing here'];
    expect(data.request.preferences).toEqual({});
    expect({ id, data }).toMatchObject({
      id: `${requestId}.succeeded`,
      data: {
        request: { request_id: requestId, image_id: 'villa' },
        image: null,
        attempts: 1,
        warnings,
      },
    });
  });

  it('sends a failure that is too long without what came and what was answered, and keeps the reason', async () => {
    const { outcomes } = open();
    const long = 'x'.repeat(700_000);
    const error = { ...failure('invalid_request', 'no JSON'), status: 400, endpoint: long };
    const outcome: Outcome = { kind: 'failed', error, attempts: 1, warnings: ['w'], at: NOON };
    const request = { requestId: 'sqs:x', source: 'sqs', acceptedAt: NOON, imageId: 'villa', original: long } as const;
    await outcomes.publish({ id: 'sqs:x.failed', groupId: 'g', request, outcome }, limits);
    const [message] = await queue.receive();
    const { id, data } = JSON.parse(message?.Body ?? '');
    expect(id).toBe('sqs:x.failed');
    expect(data.request).toMatchObject({ request_id: 'sqs:x', image_id: 'villa', original: '' });
    expect(data.error).toEqual({ code: 'invalid_request', title: error.title, detail: 'no JSON', status: 400 });
    expect(data.warnings).toEqual(['w', expect.stringContaining('too long for one message')]);
  });

  it('says of a failure whether the endpoint may have acted', async () => {
    const { outcomes } = open();
    const error = { ...failure('gave_up', 'no response'), mayHaveActed: true } as const;
    const facts = { attempts: 6, warnings: [], at: NOON };
    await outcomes.publish(event('villa', { kind: 'failed', error, ...facts }), limits);
    const [message] = await queue.receive();
    expect(JSON.parse(message?.Body ?? '').data).toMatchObject({ error: { code: 'gave_up', may_have_acted: true } });
  });

  it('fails just the entry that SQS did not take', async () => {
    const { outcomes } = open(async (command) => {
      const Entries = (command.input.Entries ?? []).slice(1);
      await queue.client.send(new SendMessageBatchCommand({ ...command.input, Entries }));
      return { Failed: [{ Id: '0', Code: 'InternalError', Message: 'try again', SenderFault: false }] };
    });
    const leave = [outcomes.join(limits), outcomes.join(limits)];
    const [first, second] = await Promise.allSettled([
      outcomes.publish(event('a'), limits),
      outcomes.publish(event('b'), limits),
    ]);
    for (const line of leave) line();
    expect(first).toMatchObject({
      status: 'rejected',
      reason: { code: 'dependency_unavailable', dependency: 'result queue' },
    });
    expect(second).toMatchObject({ status: 'fulfilled' });
    expect((await queue.receive()).map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual(['b']);
  });

  it('fails every entry of a batch that could not be sent', async () => {
    const { outcomes } = open(() => Promise.reject(new Error('connect ECONNREFUSED')));
    await expect(outcomes.publish(event('a'), limits)).rejects.toMatchObject({ dependency: 'result queue' });
  });
});

describe('an event', () => {
  const SQS_TAKES = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
  const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
  // Chance alone would hardly ever come upon those that are refused.
  const refusedCharacter = fc.constantFrom('\uFFFE', '\uFFFF', '\uD800', '\u0000');
  const unit = fc.oneof({ arbitrary: anyCharacter, weight: 20 }, { arbitrary: refusedCharacter, weight: 1 });
  const anyText = fc.string({ unit, maxLength: 300 });

  it('has only characters that SQS accepts, and every text unchanged', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (preference, words, original) => {
        const error = { ...failure('refused', words), endpoint: words };
        const outcome: Outcome = { kind: 'failed', error, attempts: 1, warnings: [words], at: NOON };
        const body = encodeEvent(outcomeEvent(aRequest({ preferences: { text: preference } }), outcome), 'test');
        expect(body).toMatch(SQS_TAKES);
        expect(JSON.parse(body).data.request.preferences.text).toBe(preference);
        const unreadable = { requestId: 'sqs:x', source: 'sqs', acceptedAt: NOON, original } as const;
        const refused: OutcomeEvent = { id: 'x', groupId: 'g', request: unreadable, outcome };
        expect(encodeEvent(refused, 'test')).toMatch(SQS_TAKES);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['\uFFFF', '\u0000', '"', '\uD800', 'x'])(
    'fits 1 MiB with the longest of everything, made of %j',
    (character) => {
      const fill = (bytes: number) =>
        character.repeat(bytes / Buffer.byteLength(JSON.stringify(character).slice(1, -1)));
      const preferences = { text: fill(64 * 1024 - 32) };
      const response = JSON.stringify({ text: fill(256 * 1024 - 32) });
      const request = aRequest({ preferences });
      expect(
        Buffer.byteLength(encodeEvent(outcomeEvent(request, { ...succeeded, response }), 'production')),
      ).toBeLessThan(2 ** 20);
      const original = character.repeat((64 * 1024) / Buffer.byteLength(character));
      const error = { ...failure('refused', 'x'.repeat(1000)), endpoint: original };
      const refused = { ...succeeded, kind: 'failed', error } as const;
      expect(Buffer.byteLength(encodeEvent(outcomeEvent(request, refused), 'production'))).toBeLessThan(2 ** 20);
    },
  );

  it('keeps every digit of the numbers in preferences and response', () => {
    const preferences = parseJson('{"id":12345678901234567890}') as object & Record<string, unknown>;
    const body = encodeEvent(
      outcomeEvent(aRequest({ preferences }), { ...succeeded, response: '{"n":1.00000000000000000001}' }),
      'x',
    );
    expect(body).toContain('"id":12345678901234567890');
    expect(body).toContain('"n":1.00000000000000000001');
  });
});

describe('the request queue', () => {
  it("sends a request in its image's group, deduplicated by its id, in a form that the worker reads back", async () => {
    const { queueUrl, client } = queue;
    const requestId = `http:${'a'.repeat(64)}`;
    const request = aRequest({
      requestId,
      source: 'http',
      partner: 'acme',
      imageId: 'villa',
      notAfter: NOON,
      preferences: { a: '\uFFFF' },
    });
    await createRequestQueue({ send: client.send.bind(client), queueUrl }).send(request, limits);
    const [message] = await queue.receive();
    expect(message?.Attributes).toMatchObject({ MessageGroupId: 'villa', MessageDeduplicationId: requestId });
    const { partner: _, ...carried } = request;
    expect(decodeMessage(messageOf(sqsRecord(message?.Body, { group: 'villa' })))).toMatchObject({ request: carried });
    expect(message?.Body).not.toContain('acme');
    expect(message?.MessageAttributes).toBeUndefined();
  });

  it('carries the trace beside the body', async () => {
    const { queueUrl, client } = queue;
    const send = client.send.bind(client);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await createRequestQueue({ send, queueUrl }).send(aRequest({ traceparent }), limits);
    const lines = [{ requestId: 'upload:1', imageId: 'villa', body: '{}', traceparent }];
    expect(await createRequestBatches({ send, queueUrl }).send(lines, limits)).toEqual([]);
    const messages = await queue.receive();
    const attribute = { traceparent: { DataType: 'String', StringValue: traceparent } };
    expect(messages.map(({ MessageAttributes }) => MessageAttributes)).toEqual([attribute, attribute]);
    expect(messages.map(({ Body = '' }) => Body).join()).not.toContain('trace');
  });

  it('carries the numbers of preferences digit by digit', () => {
    const preferences = parseJson('{"id":12345678901234567890}') as Record<string, unknown>;
    expect(encodeRequest(aRequest({ preferences }))).toContain('12345678901234567890');
  });

  it('says that it is away', async () => {
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const away = createRequestQueue({ send: send as never, queueUrl: queue.queueUrl });
    await expect(away.send(aRequest(), limits)).rejects.toMatchObject({ dependency: 'request queue' });
  });
});

describe('the queue of callbacks', () => {
  const message: CallbackMessage = {
    ...{ id: messageIdOf('acme', 'http:1.succeeded'), partner: 'acme', eventId: 'http:1.succeeded' },
    ...{ type: 'reprocess.succeeded', subject: 'villa', at: NOON, payload: '{}' },
  };

  it('takes a message under its own id, in the group of its partner and subject', async () => {
    const callbacks = createCallbackQueue({
      send: queue.client.send.bind(queue.client),
      ...{ queueUrl: queue.queueUrl, clock: systemClock },
    });
    await callbacks.send(message, limits);
    const [received] = await queue.receive();
    const { MessageGroupId, MessageDeduplicationId } = received?.Attributes ?? {};
    expect([MessageDeduplicationId, MessageGroupId]).toEqual([message.id, callbackGroupOf(message)]);
    expect(decodeCallbackMessage(received?.Body ?? '')).toEqual(message);
  });

  it('says that it is away', async () => {
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const away = createCallbackQueue({ send: send as never, queueUrl: queue.queueUrl, clock: systemClock });
    await expect(away.send(message, limits)).rejects.toMatchObject({ dependency: 'callback queue' });
  });
});

describe('what a queue holds', () => {
  it('is not known while SQS is away', async () => {
    const send = (() => Promise.reject(new Error('away'))) as SQSClient['send'];
    const counts = createQueueCounts({ send, queueUrl: queue.queueUrl });
    await expect(counts(limits)).rejects.toMatchObject({ dependency: 'request queue' });
  });
});
