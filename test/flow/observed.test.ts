import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { CANARY_KEY, type Flow, startFlow } from '../support/flow.ts';
import { openBucket } from '../support/uploads.ts';

/** What tells one trace from every other, in a `traceparent` as a caller sends it. */
const traceOf = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const OWN = /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/;

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 2000 }, logLevel: 'debug' });
});
// Searches all that was written for the API key, the webhook's token and the partner's key.
afterAll(() => flow.end());

const lines = () => flow.lines.filter((line) => !line.includes('"_aws"')).map((line) => JSON.parse(line));
const linesOf = (imageId: string) => lines().filter((line) => line.image_id === imageId);
const tracesOf = (events: readonly OutcomeEvent[]) => events.map(({ type, traceparent }) => [type, traceparent]);

describe('a trace', () => {
  it("goes from an HTTP caller's header to the outcome, to the event that the image is finished, and into every log line", async () => {
    await flow.process('traced', { hdr: true }, { traceparent: traceOf('a') });
    const events = await flow.eventsOf('traced', 2);
    expect(tracesOf(events)).toEqual([
      ['reprocess.succeeded', traceOf('a')],
      ['image.processed', traceOf('a')],
    ]);
    const logged = linesOf('traced');
    expect(logged.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['a request was submitted', 'the endpoint was called', 'the request ended']),
    );
    expect(new Set(logged.map(({ trace_id }) => trace_id))).toEqual(new Set(['a'.repeat(32)]));
    const published = () =>
      lines().find(({ message, group }) => message === 'the end of an image was published' && group === 'traced');
    await expect.poll(published).toMatchObject({ trace_id: 'a'.repeat(32) });
  });

  it("goes from a sender's attribute to the outcome, also of what is no request", async () => {
    await flow.queueRequest({ image_id: 'attributed', preferences: {}, traceparent: traceOf('b') });
    expect((await flow.eventsOf('attributed'))[0]?.traceparent).toBe(traceOf('b'));
    await flow.queueRequest({ image_id: 'refused', preferences: { rating: 9 }, traceparent: traceOf('c') });
    expect((await flow.eventsOf('refused'))[0]).toMatchObject({ type: 'reprocess.failed', traceparent: traceOf('c') });
  });

  it('is made where there is none, and where what comes is none', async () => {
    await flow.queueRequest({ image_id: 'untraced', preferences: {}, traceparent: 'garbage' });
    expect((await flow.eventsOf('untraced'))[0]?.traceparent).toMatch(OWN);
    await flow.process('untraced-http', {}, { traceparent: `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01` });
    expect((await flow.eventsOf('untraced-http'))[0]?.traceparent).toMatch(OWN);
  });

  it('is one for all that a file asks for, also for the lines that are no request', async () => {
    await openBucket(flow).put(
      'requests/file.jsonl',
      '{"image_id":"u1","preferences":{}}\n{"image_id":"u2","preferences":{}}\nx\n',
    );
    const isOfFile = ({ type, data }: OutcomeEvent) =>
      type.startsWith('reprocess.') && (data.request as { file?: string }).file === 'requests/file.jsonl';
    const traces = new Set((await flow.eventsThat(isOfFile, 3)).map(({ traceparent }) => traceparent));
    expect([...traces]).toEqual([expect.stringMatching(OWN)]);
    const read = () => lines().find(({ message }) => message === 'the file was read');
    await expect.poll(read).toMatchObject({ trace_id: [...traces][0]?.split('-')[1] });
  });
});

describe('the request id of Lambda', () => {
  it('stands in every line and every metric of an invocation', async () => {
    await flow.process('by-http', {});
    await flow.process('by-http', {});
    await flow.eventsOf('by-http', 2);
    const ends = () => linesOf('by-http').filter(({ message }) => message === 'the request ended');
    await expect.poll(() => ends().length).toBe(2);
    expect(new Set(ends().map(({ aws_request_id }) => aws_request_id)).size).toBe(2);
    const [end] = ends();
    const metrics = () => flow.lines.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line));
    await expect
      .poll(() => metrics().filter(({ aws_request_id }) => aws_request_id === end.aws_request_id))
      .toEqual([expect.objectContaining({ function: 'reprocess-worker', OutcomeSucceeded: 1 })]);
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    expect([...lines(), ...metrics()].filter(({ aws_request_id }) => !uuid.test(aws_request_id))).toEqual([]);
  });
});

describe('at the level debug', () => {
  it('each claim and each call has its line', async () => {
    flow.sandbox.fail({ kind: 'status', status: 500, imageId: 'failing', times: 1 });
    await flow.queueRequest({ image_id: 'failing', preferences: {} });
    await flow.eventsOf('failing');
    const said = () =>
      linesOf('failing').map(({ level, message, claim, attempt, status }) => ({
        level,
        message,
        claim,
        attempt,
        status,
      }));
    const claimed = { level: 'debug', message: 'the ledger was asked for a claim', claim: 'claimed' };
    const called = { level: 'debug', message: 'the endpoint was called' };
    // The last line was written before the event was sent, and may be heard after it.
    await expect
      .poll(said)
      .toEqual([
        expect.objectContaining({ ...claimed, attempt: 1 }),
        expect.objectContaining({ ...called, attempt: 1, status: 500 }),
        expect.objectContaining({ level: 'warn', attempt: 1 }),
        expect.objectContaining({ ...claimed, attempt: 2 }),
        expect.objectContaining({ ...called, attempt: 2, status: 200 }),
        expect.objectContaining({ level: 'info', message: 'the request ended', attempt: 2, status: 200 }),
      ]);
  });

  it('nothing shows a secret, whatever comes to pass with it', async () => {
    const { key } = flow.partner;
    const { token, url } = flow.webhook;
    // Callers who put a key where it does not belong are told so in the log, but not with these words.
    await flow.fetch('/v3/images/secret/process', { method: 'POST', body: '{}', headers: { 'x-api-key': `${key}x` } });
    for (const authentication of [`${token}x`, token])
      await fetch(url, { method: 'POST', body: '{', headers: { authentication } });
    // An endpoint that quotes the key it was called with, and one that refuses it.
    const body = { message: 'no', detail: `wrong key ${CANARY_KEY}` };
    flow.sandbox.fail({ kind: 'status', status: 422, imageId: 'echo', body });
    flow.sandbox.fail({ kind: 'status', status: 403, imageId: 'refused-once', times: 1 });
    flow.secretsManager.put(flow.plan.output('AutoenhanceKeySecretName'), JSON.stringify({ apiKey: [CANARY_KEY] }));
    await flow.process('echo', {});
    await flow.process('refused-once', {});
    await flow.eventsOf('refused-once');
    // The refusal had the secret read afresh, which could not be understood, and quoted it.
    await expect.poll(() => flow.lines.join('\n')).toContain('a secret could not be read');
    const unread = lines().find(({ message }) => message === 'a secret could not be read');
    // Where it came from, in our own files, though what ran was the bundle.
    expect(unread.frames).toMatch(/^at (async )?\w+ \(functions\/adapters\/secrets\/secret-cache\.ts:\d+:\d+\)$/m);
    expect(unread.frames).toMatch(/^at (async )?\w+ \(functions\/adapters\/secrets\/read-secret\.ts:\d+:\d+\)$/m);
    const text = flow.lines.join('\n');
    for (const secret of [key, token, CANARY_KEY]) expect(text.includes(secret)).toBe(false);
    expect((await flow.eventsOf('echo'))[0]?.data.error).toMatchObject({ endpoint: { detail: 'wrong key ***' } });
  });
});
