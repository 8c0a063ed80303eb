import { SendMessageBatchCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { changeFunction, editedAssembly } from '../support/edited-assembly.ts';
import { type Flow, startFlow } from '../support/flow.ts';

const REQUESTS = 200;
const IMAGES = 20;

/** A killed worker's claims are leased for as long, and its messages are hidden a little longer. */
const WORKER_SECONDS = 30;
/** Requests that were sent before the worker is killed, once and once more. */
const KILL_AFTER = [40, 120];

let flow: Flow;

interface Sent {
  readonly image: string;
  readonly n: number;
}

const imageOf = (n: number) => `image-${n % IMAGES}`;

/** Ten requests of ten images in one batch. */
async function queueTen(start: number): Promise<void> {
  const Entries = Array.from({ length: 10 }, (_, index) => start + index).map((n) => ({
    Id: String(n),
    MessageBody: JSON.stringify({ image_id: imageOf(n), preferences: { n }, request_id: `n-${n}` }),
    MessageGroupId: imageOf(n),
    MessageDeduplicationId: `n-${n}`,
  }));
  await flow.sqs.send(new SendMessageBatchCommand({ QueueUrl: flow.queueUrls.requests, Entries }));
}

async function postTen(start: number): Promise<void> {
  const numbers = Array.from({ length: 10 }, (_, index) => start + index);
  const answers = await Promise.all(
    numbers.map((n) => flow.process(imageOf(n), { n }, { prefer: 'respond-async', 'idempotency-key': `n-${n}` })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
}

it('200 requests over both entry points, a tenth of the calls failing and the worker killed twice: each ends once, each image in order', async () => {
  const settings = { timeout: WORKER_SECONDS, variables: { LOST_RESPONSE_WAIT_SECONDS: '5' } };
  const assembly = await editedAssembly((resources) => changeFunction(resources, 'Worker', settings));
  flow = await startFlow({ assembly });
  onTestFinished(() => flow.stop(0));
  // Six minutes as deployed, which this test need not sit through.
  const Attributes = { VisibilityTimeout: String(WORKER_SECONDS + 5) };
  await flow.sqs.send(new SetQueueAttributesCommand({ QueueUrl: flow.queueUrls.requests, Attributes }));
  const share = 0.02;
  flow.sandbox.fail({ kind: 'status', status: 500, share });
  flow.sandbox.fail({ kind: 'status', status: 503, share });
  flow.sandbox.fail({ kind: 'reset', acts: true, share: share / 4 });
  flow.sandbox.fail({ kind: 'reset', share: share / 4 });
  flow.sandbox.fail({ kind: 'malformed', share });
  flow.sandbox.fail({ kind: 'delay', delayMs: 700, share });

  const sent: Sent[] = [];
  let kills = 0;
  for (let start = 0; start < REQUESTS; start += 10) {
    await (start % 20 === 0 ? queueTen(start) : postTen(start));
    for (let n = start; n < start + 10; n += 1) sent.push({ image: imageOf(n), n });
    // Until one is hit at its work.
    if (start >= (KILL_AFTER[kills] ?? REQUESTS) && flow.functionNamed('Worker').kill()) kills += 1;
  }
  await expect.poll(() => new Set(flow.events.map(({ id }) => id)).size).toBe(REQUESTS);

  const numberOf = (event: (typeof flow.events)[number]) =>
    (event.data.request as unknown as { preferences: { n: number } }).preferences.n;
  expect(kills).toBe(2);
  expect(new Set(flow.events.map(({ type }) => type))).toEqual(new Set(['reprocess.succeeded']));
  expect(new Set(flow.events.map(numberOf)).size).toBe(REQUESTS);

  const calls = flow.sandbox.calls();
  for (let image = 0; image < IMAGES; image += 1) {
    const acted = calls.filter((call) => call.imageId === `image-${image}` && call.acted);
    const firsts = [...new Set(acted.map(({ body }) => JSON.parse(body).n as number))];
    const order = acted.map(({ body }) => JSON.parse(body).n as number);
    expect(firsts).toEqual(sent.filter(({ image: of }) => of === `image-${image}`).map(({ n }) => n));
    expect(order, 'a repeat never comes after a later request').toEqual(order.toSorted((a, b) => a - b));
  }
  // Each call more than one has a reason: its response was lost, or its worker was killed.
  const acts = calls.filter(({ acted }) => acted).length;
  const lost = calls.filter(({ fault, acted }) => fault === 'reset' && acted).length;
  expect(acts - REQUESTS).toBeGreaterThanOrEqual(lost);
  expect(acts - REQUESTS - lost).toBeLessThanOrEqual(kills * 10);
  await flow.end();
}, 360_000);
