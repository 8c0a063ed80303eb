import { DependencyUnavailable } from '../../core/errors.ts';
import type { Clock, Limits } from '../../core/ports.ts';
import { READ_TIMEOUT_MS, readSecret, SecretFlaw, type SecretReadOptions } from './read-secret.ts';

/** One secret's parsed value. `get` and `refresh` throw DependencyUnavailable; its cause says why, without the secret's text. */
export interface SecretCache<Value> {
  /** The value, at most `ttlMs` old while Secrets Manager is available. */
  get(limits: Limits): Promise<Value>;
  /**
   * Reads the value before it is needed. Never rejects. After a failure, even a late one, the next `get` reads again.
   */
  prepare(limits: Limits): Promise<void>;
  /** Reads the value again, unless `refresh` did so less than `minRefreshMs` ago: then it returns what `get` does. */
  refresh(limits: Limits): Promise<Value>;
}

export interface SecretCacheOptions<Value> extends SecretReadOptions<Value> {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly ttlMs: number;
  readonly minRefreshMs?: number;
  /** Whether a cached value is dropped once the secret is empty, because emptying it revokes the value. */
  readonly endsWhenEmptied?: boolean;
  /** The oldest value that is used while no new one can be read. Without it there is no limit. */
  readonly staleForMs?: number;
  /** For this long after a failed read, no new read begins: callers get the old value or the same error. */
  readonly pauseMs?: number;
  /** Called when a read for `refresh` begins. */
  readonly onRefresh?: () => void;
  /** Called for each failed read. Callers may not notice it, because they get the old value. */
  readonly onReadFailed?: (error: DependencyUnavailable) => void;
}

/**
 * Caches one secret in memory. All callers share one read. It does not belong to an invocation: an invocation that ends stops
 * waiting, but does not stop the read. A value that cannot be parsed counts as a failed read.
 */
export function createSecretCache<Value>(options: SecretCacheOptions<Value>): SecretCache<Value> {
  const { clock, ttlMs, minRefreshMs = 30_000, staleForMs = Number.POSITIVE_INFINITY, pauseMs = 5_000 } = options;
  /** A read that takes so long was frozen with its function. */
  const frozenAfterMs = 2 * (options.readTimeoutMs ?? READ_TIMEOUT_MS);
  /** `readAt`: epoch ms at which the read began. The secret may have changed since. */
  let cached: { readonly value: Value; readonly readAt: number } | undefined;
  /** `isEarlier`: of a read that began in INIT or in an earlier invocation, and may have timed out while the function was frozen. */
  let failure: { readonly error: DependencyUnavailable; readonly at: number; readonly isEarlier: boolean } | undefined;
  let reading: Promise<void> | undefined;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isOutdated = false;

  const isYoungerThan = (ms: number) => cached !== undefined && clock.now() - cached.readAt < ms;
  const isPaused = () => failure?.isEarlier === false && clock.now() - failure.at < pauseMs;
  const current = () => (!isOutdated && isYoungerThan(ttlMs) ? cached : undefined);

  async function read(isOfPrepare: boolean): Promise<void> {
    const readAt = clock.now();
    if (isOutdated) options.onRefresh?.();
    try {
      cached = { value: await readSecret(options), readAt };
      failure = undefined;
      isOutdated = false;
    } catch (cause) {
      if (options.endsWhenEmptied === true && cause instanceof SecretFlaw && cause.isEmpty) cached = undefined;
      const at = clock.now();
      const isEarlier = isOfPrepare || at - readAt > frozenAfterMs;
      failure = { error: new DependencyUnavailable('secret', cause), at, isEarlier };
      options.onReadFailed?.(failure.error);
    }
  }

  /** Waits for the current read, or begins one. */
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
    // Before a freeze that read failed, or got what is old by now. So this call begins a new one.
    if (failure?.isEarlier !== false && current() === undefined && !limits.signal.aborted) await untilRead(limits);
    if (cached !== undefined && isYoungerThan(staleForMs)) return cached.value;
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
