import { DependencyUnavailable } from '../../core/errors.ts';
import type { Clock, Limits } from '../../core/ports.ts';
import { readSecret, SecretFlaw, type SecretReadOptions } from './read-secret.ts';

/** One secret's parsed value. Both methods throw DependencyUnavailable, whose cause says why and shows nothing of the secret. */
export interface SecretCache<Value> {
  /** The value, at most `ttlMs` old as long as Secrets Manager answers. */
  get(limits: Limits): Promise<Value>;
  /**
   * Reads it before it is needed. Never rejects, and a read that fails counts for nothing, also when it fails later: whoever
   * needs the value reads again.
   */
  prepare(limits: Limits): Promise<void>;
  /** Reads it afresh, unless `refresh` did so less than `minRefreshMs` ago: then it returns what `get` does. */
  refresh(limits: Limits): Promise<Value>;
}

export interface SecretCacheOptions<Value> extends SecretReadOptions<Value> {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly ttlMs: number;
  readonly minRefreshMs?: number;
  /** Whether a value is forgotten once nothing is in the secret any more: whoever empties it takes the value back. */
  readonly endsWhenEmptied?: boolean;
  /** A value read longer ago than this is not used, even while no other can be had. Without it there is no such bound. */
  readonly staleForMs?: number;
  /** For so long after a failed read no new one begins: the old value answers, or the same error. */
  readonly pauseMs?: number;
  /** Called for each read that `refresh` asked for, as it begins. */
  readonly onRefresh?: () => void;
  /** Called for each failed read: an old value may hide it from every caller. */
  readonly onReadFailed?: (error: DependencyUnavailable) => void;
}

/**
 * Keeps one secret in memory. One read is under way however many calls wait for it. It belongs to no single invocation: one
 * that ends stops waiting and does not stop the read. A value that cannot be parsed counts as a failed read.
 */
export function createSecretCache<Value>(options: SecretCacheOptions<Value>): SecretCache<Value> {
  const { clock, ttlMs, minRefreshMs = 30_000, staleForMs = Number.POSITIVE_INFINITY, pauseMs = 5_000 } = options;
  /** `readAt`: epoch ms at which the read began, since the secret may have changed while the response was on its way. */
  let held: { readonly value: Value; readonly readAt: number } | undefined;
  let failure:
    | { readonly error: DependencyUnavailable; readonly at: number; readonly isOfPrepare: boolean }
    | undefined;
  let reading: Promise<void> | undefined;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isOutdated = false;

  const isYoungerThan = (ms: number) => held !== undefined && clock.now() - held.readAt < ms;
  const isPaused = () => failure?.isOfPrepare === false && clock.now() - failure.at < pauseMs;
  const current = () => (!isOutdated && isYoungerThan(ttlMs) ? held : undefined);

  async function read(isOfPrepare: boolean): Promise<void> {
    const readAt = clock.now();
    if (isOutdated) options.onRefresh?.();
    try {
      held = { value: await readSecret(options), readAt };
      failure = undefined;
      isOutdated = false;
    } catch (cause) {
      if (options.endsWhenEmptied === true && cause instanceof SecretFlaw && cause.isEmpty) held = undefined;
      failure = { error: new DependencyUnavailable('secret', cause), at: clock.now(), isOfPrepare };
      options.onReadFailed?.(failure.error);
    }
  }

  /** Until the read that is under way has ended, or one that begins now. */
  async function untilRead({ signal }: Limits, isOfPrepare = false): Promise<void> {
    reading ??= read(isOfPrepare).finally(() => {
      reading = undefined;
    });
    await Promise.race([reading, aborted(signal)]);
  }

  async function get(limits: Limits): Promise<Value> {
    const young = current();
    if (young !== undefined) return young.value;
    if (!isPaused()) await untilRead(limits);
    // INIT began that read, and its time may have run out while the function was frozen: a call gets a read of its own.
    if (failure?.isOfPrepare && current() === undefined && !limits.signal.aborted) await untilRead(limits);
    if (held !== undefined && isYoungerThan(staleForMs)) return held.value;
    throw failure?.error ?? new DependencyUnavailable('secret', new Error('the invocation ended before it was read'));
  }

  return {
    get,
    prepare: (limits) => untilRead(limits, true),
    refresh(limits) {
      if (clock.now() - refreshedAt >= minRefreshMs && !isPaused()) {
        refreshedAt = clock.now();
        isOutdated = true;
      }
      return get(limits);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
