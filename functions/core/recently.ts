import type { Clock, Limits } from './ports.ts';

export interface Recently<Value> {
  /** The value as it was read at most so many ms ago. Rejects as the read does. */
  read(limits: Limits): Promise<Value>;
  /** Makes the next read a new one. */
  forget(): void;
}

/** Keeps what was read for a time, so that a busy container does not read it for each request. */
export function createRecently<Value>(
  read: (limits: Limits) => Promise<Value>,
  ttlMs: number,
  clock: Pick<Clock, 'now'>,
): Recently<Value> {
  let known: { readonly value: Promise<Value>; readonly at: number } | undefined;

  return {
    read(limits) {
      if (known !== undefined && clock.now() - known.at < ttlMs) return known.value;
      const own = { value: read(limits), at: clock.now() };
      known = own;
      own.value.catch(() => {
        if (known === own) known = undefined;
      });
      return own.value;
    },
    forget() {
      known = undefined;
    },
  };
}
