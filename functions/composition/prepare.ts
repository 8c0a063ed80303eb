import type { Limits } from '../core/ports.ts';
import type { Runtime } from '../runtime.ts';

/** Something that the first invocation needs. When it fails here, the invocation does it itself. */
export type Step = (limits: Limits) => Promise<unknown>;

/** A connection to a service of AWS, where connections are ours to open. */
export function openTo(service: keyof NonNullable<Runtime['open']>, { open }: Pick<Runtime, 'open'>): Step {
  return async ({ signal }) => open?.[service](signal);
}

/** INIT may take 10 s; a dependency that is away must not keep the first event waiting much longer than it would there. */
const LONGEST_MS = 2000;

/**
 * Takes the steps side by side, in INIT, where a function has a whole core however little memory it has. Resolves whatever
 * fails.
 */
export async function prepare(steps: readonly Step[], { clock }: Pick<Runtime, 'clock'>): Promise<void> {
  const { signal, clear } = clock.timeout(LONGEST_MS);
  const limits = { deadline: clock.now() + LONGEST_MS, signal };
  await Promise.allSettled(steps.map((step) => step(limits)));
  clear();
}
