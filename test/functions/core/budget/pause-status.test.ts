import { describe, expect, it } from 'vitest';
import { pauseStatus } from '../../../../functions/core/budget/pause-status.ts';
import type { Probe, StoredPause } from '../../../../functions/core/budget/ports.ts';
import { NOON } from '../../../support/fixtures.ts';

const evidence = { since: NOON - 9000, until: NOON, detail: 'a failure' };
const probe: Probe = { id: 'probe', imageId: 'villa', until: NOON + 1000, isSent: false };
const PROBE_DUE = { kind: 'probe_due', pausedUntil: NOON };

describe('the pause for the daily limit', () => {
  it.each<[string, StoredPause, number, object]>([
    ['lasts until its end', { evidence }, NOON - 1, { kind: 'paused', pause: { reason: 'daily_limit', ...evidence } }],
    ['then lets one call probe', { evidence }, NOON, PROBE_DUE],
    ['lets no other call begin while that one is under way', { evidence, probe }, NOON + 999, { kind: 'probing' }],
    ['lets another one probe when it was not made', { evidence, probe }, NOON + 1000, PROBE_DUE],
    ['is over when it was, and nobody heard of it', { evidence, probe: { ...probe, isSent: true } }, NOON + 1000, { kind: 'clear' }], // biome-ignore format: one thought
  ])('%s', (_, stored, now, status) => {
    expect(pauseStatus(stored, now)).toMatchObject(status);
  });

  it('says while a call probes until when that is, and since when the account is paused', () => {
    expect(pauseStatus({ evidence, probe }, NOON)).toMatchObject({
      pause: { reason: 'daily_limit', since: evidence.since, until: probe.until },
    });
  });
});
