import type { Ledger, Limits } from '../core/ports.ts';
import type { ReprocessRequest } from '../core/reprocess-request.ts';
import { decodeMessage } from '../core/request-message/wire.ts';
import type { World } from '../world.ts';

/** Something that the first invocation needs. When it fails here, the invocation does it itself. */
export type Step = (limits: Limits) => Promise<unknown>;

/** INIT may take 10 s; a dependency that is away must not keep the first event waiting much longer than it would there. */
const LONGEST_MS = 2000;

/**
 * Takes the steps side by side, in INIT, where a function has a whole core however little memory it has: keys are read,
 * connections opened, and code is run once. Resolves whatever fails.
 */
export async function prepare(steps: readonly Step[], { clock, write }: Pick<World, 'clock' | 'write'>): Promise<void> {
  // Node makes standard output when it is first used.
  write('');
  const { signal, clear } = clock.timeout(LONGEST_MS);
  const limits = { deadline: clock.now() + LONGEST_MS, signal };
  await Promise.allSettled(steps.map((step) => step(limits)));
  clear();
}

/** Opens so many connections to the ledger, by looks for a request that cannot be there. */
export function lookIntoLedger({ find }: Pick<Ledger, 'find'>, connections: number): Step {
  return (limits) => Promise.allSettled(Array.from({ length: connections }, () => find(NO_REQUEST, limits)));
}

/** Runs a claim once; the ledger refuses it, since what came over HTTP has its item before it is claimed. */
export function rehearseClaim({ claim }: Pick<Ledger, 'claim'>): Step {
  const request = { requestId: NO_REQUEST, imageId: 'none', preferences: {}, source: 'http', acceptedAt: 0 } as const;
  const claimed = { ...request, fingerprint: 'none' } satisfies ReprocessRequest;
  return (limits) => claim(claimed, { until: limits.deadline, by: 'none' }, limits);
}

/** Runs the parsers once: zod compiles a schema when it is first used. */
export async function rehearseParsing(): Promise<void> {
  const place = { messageId: 'none', receiptHandle: '', groupId: 'none', receiveCount: 1, senderId: '', sentAt: 0 };
  decodeMessage({ ...place, body: '{"image_id":"none","preferences":{"rating":5}}' });
}

/** The hash is missing that every id of ours ends in. */
const NO_REQUEST = 'http:none';
