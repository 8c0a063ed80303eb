import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookSeen } from '../../../functions/adapters/ledger/completion/webhook-seen.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createNoteWebhook } from '../../../functions/core/completion/webhook-seen.ts';
import { expectAnswered } from '../../support/contract.ts';
import { aLease, aRequest, listeningLogger, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { KEY, OPERATORS_KEY, openApi } from './support.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const clock = standingClock();
const limits = plentyOfTime(clock);
const table = () => ({ send: database.client.send.bind(database.client), table: database.table, clock });

async function readHealth(key: string) {
  const sqs = async ({ input: { QueueUrl } }: { readonly input: { readonly QueueUrl: string } }) => {
    const [visible, hidden] = QueueUrl.includes('dead') ? ['2', '1'] : ['40', '8'];
    return {
      Attributes: { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden },
    };
  };
  const { call } = openApi({ dynamo: table().send, sqs: sqs as never, clock });
  const { statusCode: status, headers, body = '' } = await call({ path: '/v3/health', headers: { 'x-api-key': key } });
  expectAnswered({ method: 'GET', path: '/v3/health', status, headers, body });
  return { status, body: JSON.parse(body) };
}

describe('how the service is', () => {
  it('is told to an operator: what waits since when, what died, and when the webhook was called', async () => {
    const queue = { waiting: 40, in_work: 8, oldest_accepted_at: null };
    const nothing = { version: '1.2.3', queue, dead_letters: 3, webhook_seen_at: null };
    expect(await readHealth(OPERATORS_KEY)).toEqual({ status: 200, body: nothing });

    const ledger = createLedger({ ...table(), randomId: () => 'random' });
    const ended = aRequest({ acceptedAt: NOON - 9000, partner: 'acme' });
    for (const request of [ended, aRequest({ acceptedAt: NOON - 6000, partner: 'globex' }), aRequest()]) {
      await ledger.accept(request, limits);
    }
    await ledger.claim(ended, aLease(NOON + 1), limits);
    await ledger.record(
      ended,
      { kind: 'succeeded', at: NOON, attempts: 1, response: null, warnings: [] } as never,
      limits,
    );
    for (const at of [NOON - 61_000, NOON - 1000]) await createWebhookSeen(table()).note(at, limits);
    const { body } = await readHealth(OPERATORS_KEY);
    expect([body.queue.oldest_accepted_at, body.webhook_seen_at]).toEqual([
      '2026-11-22T11:59:54.000Z',
      '2026-11-22T11:59:59.000Z',
    ]);
  });

  it('has its oldest request among those too that wait for their next attempt', async () => {
    const ledger = createLedger({ ...table(), randomId: () => 'random' });
    const waiting = aRequest({ acceptedAt: NOON - 8000 });
    const claim = await ledger.claim(waiting, aLease(NOON + 1), limits);
    if (claim.kind !== 'claimed') throw new Error('the request is not claimed');
    const lastError = { code: 'throttled', status: 429, detail: 'later' } as never;
    const wait = {
      counts: true,
      lastError,
      startedAt: NOON,
      nextAttemptAt: NOON + 60_000,
      lostResponses: 0,
      retriedMs: 0,
    };
    await ledger.wait(claim.item, wait, limits);
    const { body } = await readHealth(OPERATORS_KEY);
    expect(body.queue.oldest_accepted_at).toBe('2026-11-22T11:59:52.000Z');
  });

  it('is not told to a partner', async () => {
    expect(await readHealth(KEY)).toMatchObject({ status: 403, body: { detail: expect.stringContaining('operator') } });
  });
});

describe('that the webhook was called', () => {
  const open = (fails = false) => {
    const noted: number[] = [];
    const time = standingClock();
    const log = listeningLogger();
    const note = async (at: number) => {
      noted.push(at);
      if (fails) throw new Error('away');
    };
    return { noted, time, log, noteWebhook: createNoteWebhook({ webhookSeen: { note }, clock: time, log }) };
  };

  it('is noted once a minute', async () => {
    const { noted, time, noteWebhook } = open();
    for (const seconds of [0, 1, 59, 60, 61]) {
      time.set(NOON + seconds * 1000);
      await noteWebhook(limits);
    }
    expect(noted).toEqual([NOON, NOON + 60_000]);
  });

  it('stops no call when it cannot be noted', async () => {
    const { log, noteWebhook } = open(true);
    await noteWebhook(limits);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});
