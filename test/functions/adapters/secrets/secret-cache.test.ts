import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { API_KEY_EXAMPLE, parseApiKey } from '../../../../functions/adapters/secrets/api-key.ts';
import { SecretFlaw } from '../../../../functions/adapters/secrets/read-secret.ts';
import { createSecretCache, type SecretCacheOptions } from '../../../../functions/adapters/secrets/secret-cache.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { Limits } from '../../../../functions/core/ports.ts';
import { startSecretsManager } from '../../../../local/secrets-manager.ts';

const MINUTE = 60_000;
const AWAY = { status: 500, type: 'InternalServiceError', message: 'away', times: 1 };

describe('a secret that was read', () => {
  test('answers from memory until it is five minutes old', async () => {
    const { secrets, cache, clock } = await setUp();
    expect(await cache.get(limits())).toBe('first-key');
    secrets.put('key', 'second-key');
    clock.advance(5 * MINUTE - 1);
    expect(await cache.get(limits())).toBe('first-key');
    clock.advance(1);
    expect(await cache.get(limits())).toBe('second-key');
    expect(secrets.reads()).toBe(2);
  });

  test('is read once however many calls wait for it', async () => {
    const { secrets, cache } = await setUp();
    const values = await Promise.all(Array.from({ length: 50 }, () => cache.get(limits())));
    expect(new Set(values)).toEqual(new Set(['first-key']));
    expect(secrets.reads()).toBe(1);
  });

  test('is found by its ARN as well', async () => {
    const { cache } = await setUp({ secretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-Zz9Yy8' });
    expect(await cache.get(limits())).toBe('first-key');
  });

  test('is kept while Secrets Manager fails', async () => {
    const { secrets, cache, clock, failures } = await setUp();
    await cache.get(limits());
    secrets.fail(AWAY);
    clock.advance(60 * MINUTE);
    expect(await cache.get(limits())).toBe('first-key');
    expect(failures).toHaveLength(1);
    expect(String(failures[0]?.cause)).toContain('the secret "key" could not be read: InternalServiceError');
  });

  test('is kept while the secret is not valid', async () => {
    const { secrets, cache, clock, failures } = await setUp();
    await cache.get(limits());
    secrets.put('key', '{}');
    clock.advance(5 * MINUTE);
    expect(await cache.get(limits())).toBe('first-key');
    expect(failures[0]?.cause).toBeInstanceOf(SecretFlaw);
  });

  test('is forgotten once the secret was emptied, where that takes it back', async () => {
    const { secrets, cache, clock } = await setUp({ endsWhenEmptied: true });
    await cache.get(limits());
    secrets.put('key', '{canary');
    clock.advance(5 * MINUTE);
    expect(await cache.get(limits())).toBe('first-key');
    secrets.put('key', '{}');
    clock.advance(5 * MINUTE);
    await expect(cache.get(limits())).rejects.toThrow(DependencyUnavailable);
  });

  test('is not kept beyond its bound', async () => {
    const { secrets, cache, clock } = await setUp({ staleForMs: 15 * MINUTE });
    await cache.get(limits());
    secrets.fail({ ...AWAY, times: 2 });
    clock.advance(15 * MINUTE - 1);
    expect(await cache.get(limits())).toBe('first-key');
    clock.advance(5_000);
    await expect(cache.get(limits())).rejects.toThrow(DependencyUnavailable);
  });

  test('counts its age from when the read began', async () => {
    const answers: (() => void)[] = [];
    const { cache, clock } = await setUp({
      readTimeoutMs: 10 * MINUTE,
      send: () =>
        new Promise((resolve) => {
          answers.push(() => resolve({ SecretString: 'first-key', $metadata: {} }));
        }),
    });
    const slow = cache.get(limits());
    clock.advance(4 * MINUTE);
    answers[0]?.();
    await slow;
    await cache.get(limits());
    expect(answers).toHaveLength(1);
    clock.advance(MINUTE);
    void cache.get(limits());
    expect(answers).toHaveLength(2);
  });
});

describe('a refresh', () => {
  test('reads a young secret afresh', async () => {
    const { secrets, cache } = await setUp();
    await cache.get(limits());
    secrets.put('key', 'second-key');
    expect(await cache.refresh(limits())).toBe('second-key');
    expect(await cache.get(limits())).toBe('second-key');
  });

  test('happens every 30 s at most', async () => {
    const { secrets, cache, clock } = await setUp();
    await cache.refresh(limits());
    secrets.put('key', 'second-key');
    clock.advance(29_999);
    expect(await cache.refresh(limits())).toBe('first-key');
    clock.advance(1);
    expect(await cache.refresh(limits())).toBe('second-key');
    expect(secrets.reads()).toBe(2);
  });

  test('happens once when many calls ask for it, and all get what it brings', async () => {
    const { secrets, cache } = await setUp();
    await cache.get(limits());
    secrets.put('key', 'second-key');
    const values = await Promise.all(Array.from({ length: 50 }, () => cache.refresh(limits())));
    expect(new Set(values)).toEqual(new Set(['second-key']));
    expect(secrets.reads()).toBe(2);
  });

  test('is told of where it reads, as no other read is', async () => {
    let refreshes = 0;
    const onRefresh = () => {
      refreshes += 1;
    };
    const { secrets, cache, clock } = await setUp({ onRefresh });
    await cache.get(limits());
    clock.advance(5 * MINUTE);
    await cache.get(limits());
    expect([secrets.reads(), refreshes]).toEqual([2, 0]);
    await cache.refresh(limits());
    await cache.refresh(limits());
    expect([secrets.reads(), refreshes]).toEqual([3, 1]);
  });

  test('that fails returns the old value, and the next call after the pause reads again', async () => {
    const { secrets, cache, clock } = await setUp();
    await cache.get(limits());
    secrets.put('key', 'second-key');
    secrets.fail(AWAY);
    expect(await cache.refresh(limits())).toBe('first-key');
    clock.advance(4_999);
    expect(await cache.get(limits())).toBe('first-key');
    clock.advance(1);
    expect(await cache.get(limits())).toBe('second-key');
  });

  test('that was not made, since a read had just failed, does not put off the next one', async () => {
    const { secrets, cache, clock } = await setUp();
    secrets.fail(AWAY);
    await reasonOf(cache.get(limits()));
    await reasonOf(cache.refresh(limits()));
    clock.advance(5_000);
    expect(await cache.get(limits())).toBe('first-key');
    secrets.put('key', 'second-key');
    expect(await cache.refresh(limits())).toBe('second-key');
  });
});

describe('a failed read', () => {
  test('is not repeated for 5 s: callers get the same error', async () => {
    const { secrets, cache, clock } = await setUp();
    secrets.fail(AWAY);
    const first = await reasonOf(cache.get(limits()));
    clock.advance(4_999);
    expect(await reasonOf(cache.get(limits()))).toBe(first);
    expect(await reasonOf(cache.refresh(limits()))).toBe(first);
    expect(secrets.reads()).toBe(1);
    clock.advance(1);
    expect(await cache.get(limits())).toBe('first-key');
  });

  test('is one failure for all that waited', async () => {
    const { secrets, cache } = await setUp();
    secrets.fail({ ...AWAY, times: 100 });
    const reasons = await Promise.all(Array.from({ length: 50 }, () => reasonOf(cache.get(limits()))));
    expect(new Set(reasons).size).toBe(1);
    expect(secrets.reads()).toBe(1);
  });

  test('without a response ends after 3 s', async () => {
    let signal: AbortSignal | undefined;
    const { cache, clock } = await setUp({
      send: (_command, { abortSignal }) => {
        signal = abortSignal;
        return new Promise(() => {});
      },
    });
    const reason = reasonOf(cache.get(limits()));
    clock.advance(3_000);
    expect((await reason).cause).toMatchObject({ message: 'the secret "key" was not read within 3000 ms' });
    expect(signal?.aborted).toBe(true);
  });

  test('is not repeated for 5 s where its time ran out a little late, on a busy machine', async () => {
    let reads = 0;
    const { cache, clock } = await setUp({
      send: () => {
        reads += 1;
        return new Promise(() => {});
      },
    });
    const first = reasonOf(cache.get(limits()));
    clock.advance(6_000);
    const second = reasonOf(cache.get(limits()));
    await setImmediate();
    expect(reads).toBe(1);
    expect(await second).toBe(await first);
  });

  test('because no server listens says so', async () => {
    const { secrets, cache } = await setUp();
    await secrets.close();
    expect((await reasonOf(cache.get(limits()))).cause).toMatchObject({ message: /ECONNREFUSED/ });
  });

  test('never shows the response, whatever the error', async () => {
    const quoting = () => Promise.reject(new SyntaxError('Unexpected token in "canary-key"'));
    const { cache } = await setUp({ send: quoting });
    const reason = await reasonOf(cache.get(limits()));
    expect(reason.cause).toMatchObject({ message: 'the secret "key" could not be read: SyntaxError' });
    expect(inspect(reason, { depth: null, showHidden: true })).not.toContain('canary');
  });
});

describe('a secret that a person has to fill', () => {
  test.each([
    ['that is unknown', {}],
    ['without a version', { key: null }],
    ['that is empty', { key: '' }],
    ['that holds {}', { key: '{}' }],
  ])('%s names the command that fills it', async (_case, secrets) => {
    const { cache } = await setUp({}, secrets);
    const reason = await reasonOf(cache.get(limits()));
    expect(reason).toMatchObject({ dependency: 'secret', retryable: true });
    expect(reason.cause).toEqual(
      new SecretFlaw(
        'the secret "key" was never filled; fill it with: ' +
          "aws secretsmanager put-secret-value --secret-id key --secret-string '<the Autoenhance API key>'",
        { isEmpty: true },
      ),
    );
  });

  test('is read within seconds of being filled', async () => {
    const { secrets, cache, clock } = await setUp({}, { key: null });
    await reasonOf(cache.get(limits()));
    secrets.put('key', 'first-key');
    clock.advance(5_000);
    expect(await cache.get(limits())).toBe('first-key');
  });

  test('shows nothing of what a parser quotes', async () => {
    const { cache } = await setUp({ parse: JSON.parse }, { key: 'canary-key' });
    const reason = await reasonOf(cache.get(limits()));
    expect(String(reason.cause)).toContain('the secret "key" has a text that cannot be parsed; fill it with: aws');
    expect(inspect(reason, { depth: null, showHidden: true })).not.toContain('canary');
  });

  test('must not be binary data', async () => {
    const { cache } = await setUp({ send: async () => ({ SecretBinary: new Uint8Array(1), $metadata: {} }) });
    expect((await reasonOf(cache.get(limits()))).cause).toMatchObject({
      message: /has binary data instead of text/,
    });
  });
});

describe('an invocation that ends while it waits', () => {
  test('stops waiting, and leaves the read to the next one', async () => {
    let answer = () => {};
    let reads = 0;
    const { cache } = await setUp({
      send: () => {
        reads += 1;
        return new Promise((resolve) => {
          answer = () => resolve({ SecretString: 'first-key', $metadata: {} });
        });
      },
    });
    const ending = new AbortController();
    const cutOff = reasonOf(cache.get(limits(ending.signal)));
    ending.abort();
    expect((await cutOff).cause).toMatchObject({ message: 'the invocation ended before it was read' });
    const next = cache.get(limits());
    answer();
    expect(await next).toBe('first-key');
    expect(reads).toBe(1);
  });

  test('leaves it to the next one too when that comes after a freeze, which begins a read of its own', async () => {
    const { send, reads } = hangingFirst();
    const { cache, clock } = await setUp({ send });
    const ending = new AbortController();
    const cutOff = reasonOf(cache.get(limits(ending.signal)));
    ending.abort();
    await cutOff;
    const next = cache.get(limits());
    // The timer ran out while the function was frozen.
    clock.advance(20 * MINUTE);
    expect(await next).toBe('first-key');
    expect(reads()).toBe(2);
  });

  test('leaves it to the next one too when it is answered only after a freeze, and what it got is old', async () => {
    const answers: (() => void)[] = [];
    const { cache, clock } = await setUp({
      readTimeoutMs: 60 * MINUTE,
      staleForMs: 15 * MINUTE,
      send: () =>
        new Promise((resolve) => {
          const key = answers.length === 0 ? 'first-key' : 'second-key';
          answers.push(() => resolve({ SecretString: key, $metadata: {} }));
        }),
    });
    const ending = new AbortController();
    const cutOff = reasonOf(cache.get(limits(ending.signal)));
    ending.abort();
    await cutOff;
    const next = cache.get(limits());
    clock.advance(20 * MINUTE);
    answers[0]?.();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect(await next).toBe('second-key');
  });

  test('leaves it to the next one too after a freeze, whatever failed before the last value was read', async () => {
    const answers: ((key?: string) => void)[] = [];
    const { cache, clock } = await setUp({
      readTimeoutMs: 60 * MINUTE,
      send: () =>
        new Promise((resolve, reject) => {
          answers.push((key) =>
            key === undefined ? reject(new Error('away')) : resolve({ SecretString: key, $metadata: {} }),
          );
        }),
    });
    const read = async (key?: string) => {
      const reading = cache.get(limits()).catch(() => undefined);
      await expect.poll(() => answers.length).toBe(1);
      answers.pop()?.(key);
      await reading;
      clock.advance(10 * MINUTE);
    };
    await read();
    await read('first-key');
    const ending = new AbortController();
    const cutOff = cache.get(limits(ending.signal));
    ending.abort();
    await cutOff;
    const next = cache.get(limits());
    clock.advance(20 * MINUTE);
    answers.pop()?.('second-key');
    for (let turn = 0; turn < 20 && answers.length === 0; turn += 1) await setImmediate();
    answers.pop()?.('third-key');
    expect(await next).toBe('third-key');
  });

  test('still gets the old value where there is one', async () => {
    const { cache, clock } = await setUp();
    await cache.get(limits());
    clock.advance(5 * MINUTE);
    expect(await cache.get(limits(AbortSignal.abort()))).toBe('first-key');
  });
});

describe('a read that INIT began', () => {
  test('is the only one, however many calls wait for it', async () => {
    const { secrets, cache } = await setUp();
    const prepared = cache.prepare(limits());
    await Promise.all([prepared, ...Array.from({ length: 10 }, () => cache.get(limits()))]);
    expect(secrets.reads()).toBe(1);
  });

  test('and whose time ran out while calls waited for it is followed by one of theirs', async () => {
    const { send, reads } = hangingFirst();
    const { cache, clock } = await setUp({ send });
    await cache.prepare(limits(AbortSignal.abort()));
    const values = Promise.all(Array.from({ length: 10 }, () => cache.get(limits())));
    // As after a freeze: the timer has run out before anything else can happen.
    clock.advance(3_000);
    expect(new Set(await values)).toEqual(new Set(['first-key']));
    expect(reads()).toBe(2);
  });

  test('and that failed after INIT had stopped waiting leaves no pause behind', async () => {
    const { send } = hangingFirst();
    const { cache, clock, failures } = await setUp({ send });
    await cache.prepare(limits(AbortSignal.abort()));
    clock.advance(3_000);
    await expect.poll(() => failures.length).toBe(1);
    expect(await cache.get(limits())).toBe('first-key');
  });

  test('is followed by one failed read of the calls that waited, and that one is paused after', async () => {
    const { secrets, cache } = await setUp();
    secrets.fail({ ...AWAY, times: 100 });
    const reasons = [cache.prepare(limits()), ...Array.from({ length: 10 }, () => reasonOf(cache.get(limits())))];
    expect(new Set(await Promise.all(reasons.slice(1))).size).toBe(1);
    await reasonOf(cache.get(limits()));
    expect(secrets.reads()).toBe(2);
  });
});

/** Of the reads the first never answers. */
function hangingFirst() {
  let reads = 0;
  const send = () => {
    reads += 1;
    return reads === 1 ? new Promise<never>(() => {}) : Promise.resolve({ SecretString: 'first-key', $metadata: {} });
  };
  return { send, reads: () => reads };
}

async function setUp(
  options: Partial<SecretCacheOptions<string>> = {},
  values: Readonly<Record<string, string | null>> = { key: 'first-key' },
) {
  const secrets = await startSecretsManager({ secrets: values });
  const client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await secrets.close();
  });
  const clock = manualClock();
  const failures: DependencyUnavailable[] = [];
  const cache = createSecretCache({
    send: client.send.bind(client),
    secretId: 'key',
    parse: parseApiKey,
    example: API_KEY_EXAMPLE,
    ttlMs: 5 * MINUTE,
    clock,
    onReadFailed: (error) => void failures.push(error),
    ...options,
  });
  return { secrets, cache, clock, failures };
}

function limits(signal = new AbortController().signal): Limits {
  return { deadline: Number.POSITIVE_INFINITY, signal };
}

async function reasonOf(call: Promise<unknown>): Promise<DependencyUnavailable> {
  const reason = await call.catch((error: unknown) => error);
  if (reason instanceof DependencyUnavailable) return reason;
  throw reason;
}

/** Time that stands still until a test moves it. */
function manualClock() {
  let now = 1_000_000;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        sleepers.add({ until: now + ms, wake: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
    advance(ms: number) {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
    },
  };
}
