import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFifoQueue } from '../../chaos/models/sqs.ts';
import { startQueueBench } from './support/queue-bench.ts';

// The simulator's model has SQS's documented rules; the local queue must hand out what the model does, whatever is done to
// both. No visibility timeout ends meanwhile: the model's time stands still, and the local one's is a minute.
const NOW = Date.parse('2026-11-22T12:00:00Z');

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('send again' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('receive' as const), max: fc.constant(10) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('show' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hide' as const), which: fc.nat() }) },
);

/** Both queues side by side, and the handles that each gave for the same message. */
async function startPair() {
  const bench = await startQueueBench({ VisibilityTimeout: '60' });
  const model = createFifoQueue({ name: 'model', visibilityTimeoutMs: 60_000, retentionMs: 1_000_000 });
  const sent: { readonly group: string; readonly body: string }[] = [];
  const held = new Map<string, { readonly real: string; readonly model: string }>();

  async function send(group: string, body: string): Promise<void> {
    await bench.send(group, body, { MessageDeduplicationId: body });
    model.send({ groupId: group, deduplicationId: body, body }, NOW);
  }

  async function receive(max: number): Promise<void> {
    const real = await bench.receive({ MaxNumberOfMessages: max });
    const modelled = model.receive(NOW, max);
    const shown = real.map(({ Body, Attributes }) => [
      Attributes?.MessageGroupId,
      Body,
      Number(Attributes?.ApproximateReceiveCount),
    ]);
    const byGroup = (rows: readonly (readonly unknown[])[]) => Object.groupBy(rows, ([group]) => String(group));
    const expected = modelled.map(({ groupId, body, receiveCount }) => [groupId, body, receiveCount]);
    // SQS promises nothing of the order between groups.
    expect(byGroup(shown)).toEqual(byGroup(expected));
    for (const { body, receiptHandle } of modelled) {
      const handle = real.find(({ Body }) => Body === body)?.ReceiptHandle ?? '';
      held.set(body, { real: handle, model: receiptHandle });
    }
  }

  async function give(which: number, act: (body: string, handles: { real: string; model: string }) => Promise<void>) {
    const [body, handles] = [...held][which % Math.max(1, held.size)] ?? [];
    if (body === undefined || handles === undefined) return;
    await act(body, handles);
  }

  return {
    async run(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): Promise<void> {
      for (const next of steps) {
        if (next.do === 'send') {
          const body = `${next.group}${sent.length}`;
          sent.push({ group: next.group, body });
          await send(next.group, body);
        } else if (next.do === 'send again') {
          const repeated = sent[next.which % Math.max(1, sent.length)];
          if (repeated !== undefined) await send(repeated.group, repeated.body);
        } else if (next.do === 'receive') await receive(next.max);
        else {
          await give(next.which, async (body, { real, model: modelled }) => {
            if (next.do === 'remove') {
              await bench.remove({ ReceiptHandle: real });
              model.remove(modelled, NOW);
              held.delete(body);
              return;
            }
            const seconds = next.do === 'show' ? 0 : 50;
            await bench.hide({ ReceiptHandle: real }, seconds);
            model.changeVisibility(modelled, seconds, NOW);
            if (seconds === 0) held.delete(body);
          });
        }
      }
      await receive(10);
    },
    close: bench.close,
  };
}

it('the local queue hands out what the documented rules say, whatever was done to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const pair = await startPair();
      await pair.run(steps).finally(pair.close);
    }),
    { numRuns: 150 },
  );
});
