import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTable } from '../../chaos/models/dynamo.ts';
import { API } from '../../chaos/stage.ts';
import { composeApi } from '../../functions/composition/api.ts';
import type { Outcome } from '../../functions/core/outcome/outcome.ts';
import type { Claim } from '../../functions/core/ports.ts';
import type { Runtime } from '../../functions/runtime.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../support/fixtures.ts';
import { startLedgerTable } from '../support/ledger-table.ts';

// Everything that the real ledger sends goes to a DynamoDB protocol server and to the simulator's model, and both must say
// the same.
let server: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  server = await startLedgerTable();
});
afterAll(() => server.stop());

type Said = { readonly response: object } | { readonly error: string };
type Command = { readonly input: object };

async function sayOf(respond: () => object | Promise<object>): Promise<Said> {
  try {
    const { $metadata: _, ...said } = (await respond()) as { $metadata?: object };
    return { response: said };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

/** The real ledger over both; `differences` holds what they disagreed about. */
function startPair() {
  const clock = standingClock();
  const shows = ['owner', 'partner', 'source', 'state', 'attempts', 'next_attempt_at', 'error_code', 'expires_at'];
  const indexes = { 'by-image': { partition: 'image_id', sort: 'accepted_at', shows } };
  const model = createTable({ name: server.table, key: 'id', indexes });
  const differences: object[] = [];
  const both = async (command: Command): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, '');
    let thrown: unknown;
    const real = await sayOf(() => server.client.send(command as never));
    const modelled = await sayOf(() => {
      try {
        return model.respond(name, command.input);
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
    if (!isDeepStrictEqual(only(real), only(modelled))) differences.push({ name, real, modelled });
    if ('error' in modelled) throw thrown;
    return modelled.response;
  };
  let ids = 0;
  const randomId = () => `id-${ids++}`;
  const runtime = {
    dynamo: both as unknown as DynamoDBClient['send'],
    clock,
    randomId,
    random: () => 0,
    write: () => {},
  };
  return {
    ...composeApi({ ...API, LEDGER_TABLE: server.table }, runtime as unknown as Runtime),
    clock,
    differences,
  };
}

/** A query also says how much it has looked at, which is nobody's concern. */
function only(said: Said): unknown {
  if ('error' in said) return said;
  const { ScannedCount: _, Count: __, ...rest } = said.response as Record<string, unknown>;
  return rest;
}

const succeeded: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON };
const lastError = { code: 'refused_for_now', detail: 'busy', status: 503 };

const step = fc.record({
  does: fc.constantFrom('accept', 'claim', 'claim', 'record', 'wait', 'find', 'list', 'time'),
  request: fc.nat(2),
  content: fc.nat(1),
  counts: fc.boolean(),
  ms: fc.nat(120_000),
});

let run = 0;

it('the model of DynamoDB says what a DynamoDB protocol server says to the same ledger', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      run += 1;
      const { ledger, listOfImage, clock, differences } = startPair();
      const claims = new Map<number, Claim>();
      for (const { does, request: number, content, counts, ms } of steps) {
        // No two requests of one moment: their order in the index is nobody's promise.
        clock.set(clock.now() + 1);
        const limits = plentyOfTime(clock);
        const source = number === 0 ? ('http' as const) : ('sqs' as const);
        const requestId = `${source}:run-${run}-${number}`;
        const imageId = `image-${run}`;
        const request = aRequest({ requestId, source, imageId, preferences: { content }, acceptedAt: clock.now() });
        const claim = claims.get(number);
        if (does === 'time') clock.set(clock.now() + ms);
        if (does === 'accept') await ledger.accept({ ...request, partner: 'acme' }, limits);
        if (does === 'claim') claims.set(number, await ledger.claim(request, aLease(limits.deadline), limits));
        if (does === 'record' && claim?.kind === 'claimed')
          await ledger.record(request, succeeded, limits).catch(() => {});
        if (does === 'wait' && claim?.kind === 'claimed') {
          const startedAt = clock.now();
          const next = { startedAt, nextAttemptAt: startedAt + ms, lastError, counts, lostResponses: 1, retriedMs: ms };
          await ledger.wait(claim.item, next, limits);
        }
        if (does === 'find') await ledger.find(requestId, limits);
        if (does === 'list') await listOfImage('acme', imageId, { limit: 5 }, limits);
      }
      expect(differences).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
