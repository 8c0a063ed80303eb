import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import { type EventPattern, fits, patternSchema } from '../../local/event-bus/pattern.ts';
import { type EventBusOptions, startEventBus } from '../../local/event-bus.ts';
import type { InvocationResult } from '../../local/lambda/execution-environment.ts';
import { temporaryDirectory } from './support/temporary.ts';

const pattern: EventPattern = { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'requests/' }, 'exact'] } } };
const event = (key: string, source = 'aws.s3') => ({
  source,
  'detail-type': 'Object Created',
  detail: { object: { key } },
});

describe('a pattern', () => {
  it.each<[string, unknown, boolean]>([
    ['a prefix', event('requests/a'), true],
    ['an exact value', event('exact'), true],
    ['another value', event('images/a'), false],
    ['another source', event('requests/a', 'aws.sqs'), false],
    ['a field that is not there', { source: 'aws.s3' }, false],
    ['a field that holds no object', { source: 'aws.s3', detail: 'x' }, false],
  ])('is compared with %s', (_, given, fitting) => {
    expect(fits(given, pattern)).toBe(fitting);
  });

  it.each<[string, unknown, boolean]>([
    ['another prefix', event('Requests/a'), true],
    ['the prefix', event('reports/a'), false],
    ['a field that is not there', { detail: { object: {} } }, false],
  ])('that takes anything but a prefix is compared with %s', (_, given, fitting) => {
    const all = patternSchema.parse({ detail: { object: { key: [{ 'anything-but': { prefix: 'reports/' } }] } } });
    expect(fits(given, all)).toBe(fitting);
  });

  it('with an operator that is not known here is refused', () => {
    expect(patternSchema.safeParse({ detail: { size: [{ numeric: ['>', 0] }] } }).success).toBe(false);
    expect(patternSchema.safeParse({ detail: { key: [{ 'anything-but': ['a'] }] } }).success).toBe(false);
  });
});

const FAILED: InvocationResult = { error: { errorType: 'Error', errorMessage: 'no' } };

/** A bus with one rule, and a function that answers as it is told: with success, where it is told nothing more. */
async function startBus(
  answers: readonly (InvocationResult | Promise<InvocationResult> | 'never')[] = [],
  { functionName = 'reader', ...options }: EventBusOptions & { readonly functionName?: string } = {},
) {
  const bus = await startEventBus({ pausesMs: [10, 20], ...options });
  onTestFinished(() => bus.close());
  const invoked: unknown[] = [];
  const aside: unknown[] = [];
  const left = [...answers];
  bus.serve({
    rules: [{ pattern, functionName }],
    async invoke(name, given) {
      invoked.push([name, given]);
      const answer = left.shift() ?? { payload: 'null' };
      return answer === 'never' ? new Promise(() => {}) : answer;
    },
    setAside: async (_name, given) => void aside.push(given),
  });
  return { bus, invoked, aside };
}

describe('the event bus', () => {
  it('hands an event to the function of a rule that it fits, and to no other', async () => {
    const { bus, invoked } = await startBus();
    bus.put(event('requests/a'));
    bus.put(event('other'));
    const head = { version: '0', account: '000000000000', region: 'us-east-1', resources: [] };
    const given = { id: expect.any(String), time: expect.stringMatching(/^\d{4}-.*Z$/) };
    await expect.poll(() => invoked).toEqual([['reader', { ...head, ...given, ...event('requests/a') }]]);
  });

  it('takes events over PutEvents', async () => {
    const { bus, invoked } = await startBus();
    const client = new EventBridgeClient(clientSettings(bus.url));
    onTestFinished(() => client.destroy());
    const { detail } = event('requests/b');
    const Entries = [{ Source: 'aws.s3', DetailType: 'Mine', Detail: JSON.stringify(detail) }];
    const answer = await client.send(new PutEventsCommand({ Entries }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    await expect.poll(() => invoked).toEqual([['reader', expect.objectContaining({ 'detail-type': 'Mine', detail })]]);
  });

  it('retries a failed event twice, and then sets it aside', async () => {
    const { bus, invoked, aside } = await startBus([FAILED, { payload: 'null' }, FAILED, FAILED, FAILED]);
    bus.put(event('requests/once'));
    await expect.poll(() => invoked.length).toBe(2);
    bus.put(event('requests/never'));
    await expect.poll(() => aside).toEqual([expect.objectContaining(event('requests/never'))]);
    expect(invoked).toHaveLength(5);
  });

  it('delivers nothing more once it is stopped', async () => {
    const { bus, invoked } = await startBus();
    await bus.stop(0);
    bus.put(event('requests/late'));
    expect(invoked).toEqual([]);
  });

  it('delivers at its next start what it did not deliver before it ended, and nothing else', async () => {
    const keep = await temporaryDirectory();
    const first = await startBus([{ payload: 'null' }, FAILED, 'never'], { keep, pausesMs: [3_600_000] });
    first.bus.put(event('requests/done'));
    await expect.poll(() => first.invoked.length).toBe(1);
    first.bus.put(event('requests/fails'));
    first.bus.put(event('requests/under-way'));
    await expect.poll(() => first.invoked.length).toBe(3);
    await first.bus.stop(0);
    await first.bus.close();
    const { invoked, bus } = await startBus([], { keep });
    const keys = () =>
      invoked.map((each) => (each as [string, ReturnType<typeof event>])[1].detail.object.key).toSorted();
    await expect.poll(keys).toEqual(['requests/fails', 'requests/under-way']);
    await bus.close();
    expect((await startBus([], { keep })).invoked).toEqual([]);
  });

  it('forgets what it did not deliver to a function that is gone at its next start', async () => {
    const keep = await temporaryDirectory();
    const first = await startBus(['never'], { keep });
    first.bus.put(event('requests/under-way'));
    await expect.poll(() => first.invoked.length).toBe(1);
    await first.bus.stop(0);
    await first.bus.close();
    const without = await startBus([], { keep, functionName: 'another' });
    await without.bus.close();
    const again = await startBus([], { keep });
    expect([without.invoked, again.invoked]).toEqual([[], []]);
  });

  it('keeps for its next start what fails at its last attempt because the service is stopped', async () => {
    const keep = await temporaryDirectory();
    const last = Promise.withResolvers<InvocationResult>();
    const { bus, invoked, aside } = await startBus([FAILED, FAILED, last.promise], { keep });
    bus.put(event('requests/cut-off'));
    await expect.poll(() => invoked.length).toBe(3);
    await bus.stop(0);
    last.resolve(FAILED);
    await bus.idle();
    await bus.close();
    expect(aside).toEqual([]);
    const next = await startBus([], { keep });
    await expect.poll(() => next.invoked.length).toBe(1);
  });
});
