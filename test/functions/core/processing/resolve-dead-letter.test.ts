import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import { createResolveDeadLetter } from '../../../../functions/core/processing/resolve-dead-letter.ts';
import { type ReprocessRequest, sqsMessageRequestId } from '../../../../functions/core/request/reprocess-request.ts';
import {
  aLedgerItem,
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

/** Resolves the dead letter of a request that the ledger does not know. */
async function resolveOne(request: ReprocessRequest, publisher: object) {
  const clock = standingClock();
  const message = { messageId: 'm', receiptHandle: 'r', groupId: 'g', receiveCount: 1, sentAt: NOON, request };
  const parts = { clock, log: listeningLogger(), metrics: listeningMetrics(), random: () => 0 };
  const ledger = { find: async () => undefined };
  await createResolveDeadLetter({ ...parts, ledger, publisher } as never)(message, plentyOfTime(clock));
}

describe('a dead letter', () => {
  it.each<[Partial<LedgerItem> | undefined, true | undefined]>([
    [undefined, undefined],
    [{}, undefined],
    [{ lostResponses: 1 }, true],
    [{ crashes: 1 }, true],
    [{ lostResponses: 1, crashes: 1 }, true],
    [{ leaseUntil: NOON }, true],
  ])('of which the ledger has %j says whether it may have acted: %j', async (known, mayHaveActed) => {
    const [clock, log, metrics] = [standingClock(), listeningLogger(), listeningMetrics()];
    const request = aRequest();
    const ended: Outcome[] = [];
    const resolve = createResolveDeadLetter({
      ledger: {
        find: async () => known && aLedgerItem({ ...request, attempts: 2, state: 'waiting', ...known }),
      } as never,
      publisher: {
        recordAndPublish: async (_request: unknown, outcome: Outcome) => void ended.push(outcome),
      } as never,
      ...{ clock, log, metrics, random: () => 0 },
    });
    const message = { messageId: 'm', receiptHandle: 'r', groupId: 'g', receiveCount: 1, sentAt: NOON, request };
    expect(await resolve(message, plentyOfTime(clock))).toEqual({ kind: 'done' });
    expect(ended).toMatchObject([
      { kind: 'failed', attempts: known === undefined ? 0 : 2, error: { code: 'internal' } },
    ]);
    expect(ended[0]?.kind === 'failed' && ended[0].error.mayHaveActed).toBe(mayHaveActed);
    expect([log.lines[0]?.level, metrics.counted]).toEqual(['error', ['DeadLetters']]);
  });

  it('warns of what its request asks for, as any other end does', async () => {
    const ended: Outcome[] = [];
    const publisher = { recordAndPublish: async (_: unknown, outcome: Outcome) => void ended.push(outcome) };
    await resolveOne(aRequest({ preferences: { enhance_typ: 'warm' } }), publisher);
    expect(ended).toMatchObject([{ warnings: [expect.stringContaining('enhance_typ')] }]);
  });

  it('that is to send another request again, and of which there is no item, is refused under an id of its own', async () => {
    const refused: unknown[] = [];
    const publisher = { publishRefusal: async ({ id }: { id: string }) => void refused.push(id) };
    await resolveOne(aRequest({ again: { requestId: 'sqs:1', round: 1 } }), publisher);
    expect(refused).toEqual([`${sqsMessageRequestId('m')}.failed`]);
  });

  it('is counted before anything else is done: it may crash this function too', async () => {
    const clock = standingClock();
    const steps: string[] = [];
    const metrics = { count: (name: string) => steps.push(name), flush: () => steps.push('flush') };
    const find = async () => {
      steps.push('find');
      throw new Error('crashed');
    };
    const parts = { clock, log: listeningLogger(), metrics, random: () => 0, ledger: { find }, publisher: {} };
    const message = { messageId: 'm', receiptHandle: 'r', groupId: 'g', receiveCount: 1, sentAt: NOON };
    await createResolveDeadLetter(parts as never)({ ...message, request: aRequest() }, plentyOfTime(clock));
    expect(steps.slice(0, 3)).toEqual(['DeadLetters', 'flush', 'find']);
  });
});
