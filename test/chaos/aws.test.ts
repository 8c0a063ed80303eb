import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { AwsFault } from '../../chaos/fault-schedule.ts';
import type { Operation, Services } from '../../chaos/models/aws/services.ts';
import { clientsOver, createAws } from '../../chaos/models/aws.ts';
import type { Environment, Invocation } from '../../chaos/models/lambda/environment.ts';
import { always, createBench } from './support/bench.ts';

/** One operation in one kind of faults: how often it was carried out, and what its sender was told. */
async function sendIn(fault: AwsFault | undefined, operation: Partial<Operation> = {}) {
  const bench = createBench(fault === undefined ? [] : always('results', fault));
  const carriedOut: Operation[] = [];
  const services: Services = {
    partOf: () => 'results',
    carryOut(sent) {
      carriedOut.push(sent);
      return () => ({ carriedOut: carriedOut.length });
    },
  };
  const environment = {
    isDead: () => false,
    deliver: (run: () => void) => run(),
    beginStep: () => ({ invocation: { id: 1 } as Invocation, tookEffect: () => {} }),
  } as unknown as Environment;
  const send = createAws(environment, { ...bench, services });
  let told: unknown;
  send({ service: 'sqs', name: 'SendMessage', input: {}, ...operation }).then(
    (response) => {
      told = response;
    },
    (error: Error) => {
      told = error.name;
    },
  );
  await bench.run();
  return { told, carriedOut };
}

describe('an operation', () => {
  it.each<[AwsFault | undefined, unknown, number]>([
    [undefined, { carriedOut: 1 }, 1],
    ['refused', 'ServiceUnavailable', 0],
    ['lost', 'TimeoutError', 0],
    ['response_lost', 'TimeoutError', 1],
    ['repeated', { carriedOut: 2 }, 2],
    ['slow', { carriedOut: 1 }, 1],
    ['partial', 'ServiceUnavailable', 0],
  ])('in the faults "%s" ends in %j, carried out %d times', async (fault, told, times) => {
    const sent = await sendIn(fault);
    expect({ told: sent.told, times: sent.carriedOut.length }).toEqual({ told, times });
  });

  it('of a batch may be carried out in part, and says for which entries it was not', async () => {
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index) }));
    const { told, carriedOut } = await sendIn('partial', { name: 'SendMessageBatch', input: { Entries } });
    const taken = carriedOut.flatMap(({ input }) => (input as { Entries: typeof Entries }).Entries);
    const { Failed } = told as { readonly Failed: typeof Entries };
    expect(taken.length).toBeGreaterThan(0);
    expect([...taken, ...Failed].map(({ Id }) => Id).toSorted()).toEqual(Entries.map(({ Id }) => Id));
  });

  it('that was called off before it began is not sent', async () => {
    const { told, carriedOut } = await sendIn(undefined, { signal: AbortSignal.abort() });
    expect({ told, carriedOut }).toEqual({ told: 'AbortError', carriedOut: [] });
  });

  it('is named as the service names it', async () => {
    const sent: Operation[] = [];
    const { secrets } = clientsOver(async (operation) => {
      sent.push(operation);
      return {};
    });
    await secrets(new GetSecretValueCommand({ SecretId: 'key' }));
    expect(sent).toMatchObject([{ service: 'secrets', name: 'GetSecretValue', input: { SecretId: 'key' } }]);
  });
});
