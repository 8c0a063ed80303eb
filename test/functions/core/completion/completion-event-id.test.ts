import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../functions/core/completion/completion.ts';
import { completionEventId } from '../../../../functions/core/completion/completion-event-id.ts';
import { NOON } from '../../../support/fixtures.ts';

const verdict: Verdict = {
  by: 'webhook',
  hasFailed: true,
  at: NOON,
  confirmed: true,
  status: 'error',
  statusReason: 'dark',
};
const id = (changes: Partial<Verdict> = {}, requestId = 'http:1') =>
  completionEventId(requestId, { ...verdict, ...changes });

describe('the id of a completion’s event', () => {
  it('is the same for the same news, whoever brings them and whenever', () => {
    expect(id({ at: NOON + 60_000, by: 'sweep' })).toBe(id());
  });

  it.each<[string, Partial<Verdict>]>([
    ['another end', { hasFailed: false }],
    ['another status', { status: 'failed' }],
    ['another reason', { statusReason: 'blurred' }],
    ['another word on whether it is so', { confirmed: null }],
  ])('is another for %s', (_, changes) => expect(id(changes)).not.toBe(id()));

  it('is another for another request, and begins with its id', () => {
    expect(id({}, 'http:2')).not.toBe(id());
    expect(id()).toMatch(/^http:1\.image\.failed\.[0-9a-f]{16}$/);
  });
});
