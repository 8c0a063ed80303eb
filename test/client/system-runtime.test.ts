import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemRuntime } from '../../client/src/http/system-runtime.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a wait', () => {
  it('leaves nothing behind at its signal, which may serve many', async () => {
    const { signal } = new AbortController();
    const waited = systemRuntime().sleep(1000, signal);
    vi.advanceTimersByTime(1000);
    await waited;
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort')]).toEqual([0, []]);
  });

  it('ends with its signal, and its timer too', async () => {
    const controller = new AbortController();
    const waited = systemRuntime()
      .sleep(1000, controller.signal)
      .catch((error) => error);
    controller.abort(new Error('enough'));
    expect(vi.getTimerCount()).toBe(0);
    expect(await waited).toMatchObject({ message: 'enough' });
  });

  it('is none once its signal has aborted', async () => {
    const waited = systemRuntime().sleep(1000, AbortSignal.abort(new Error('enough')));
    await expect(waited).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
