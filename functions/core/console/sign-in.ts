import type { Clock, Limits } from '../ports.ts';

/** Counts refused sign-ins. Throws DependencyUnavailable. */
export interface SignInCounter {
  /**
   * Adds to what an address was refused within a window.
   * @param window epoch ms, the end excluded
   * @returns how often it was refused in the window, this time included
   */
  add(
    address: string,
    window: { readonly start: number; readonly end: number },
    refused: 0 | 1,
    limits: Limits,
  ): Promise<number>;
}

export interface SignInLimitParts {
  readonly counter: SignInCounter;
  readonly clock: Pick<Clock, 'now'>;
}

const WINDOW_MS = 60_000;
/** Sign-ins that one address may be refused in a minute. */
const MAX_REFUSED = 10;

/** Seconds until an address may sign in again; 0: now. */
export type SignInLimit = (address: string, isRefused: boolean, limits: Limits) => Promise<number>;

/**
 * Bounds how often an address may guess. Past the bound, a right key is refused as well, so that guessing on shows nothing. Whoever has
 * a right key is never counted.
 */
export function createSignInLimit({ counter, clock }: SignInLimitParts): SignInLimit {
  return async (address, isRefused, limits) => {
    const now = clock.now();
    const start = now - (now % WINDOW_MS);
    const window = { start, end: start + WINDOW_MS };
    const refused = await counter.add(address, window, isRefused ? 1 : 0, limits);
    return refused > MAX_REFUSED ? Math.ceil((window.end - now) / 1000) : 0;
  };
}
