import { describe, expect, it } from 'vitest';
import type { CallEnd, Happening } from '../../chaos/facts.ts';
import { createChance } from '../../chaos/random.ts';
import { planVendor } from '../../chaos/scenario/vendor.ts';
import { accountOf, request } from './support/story.ts';

const vendor = planVendor(createChance('story'));
const [one, two] = [request('r1'), request('r2')];

/** The first request's image is said to have failed, by the record. What failed is the enhancement of the second one's call. */
function accountOfOthersEnd(how: CallEnd) {
  const own: Happening = {
    kind: 'enhanced',
    imageId: 'house',
    call: 1,
    status: 'processed',
    reason: '',
    isShown: true,
  };
  const others: Happening = { ...own, call: 2, status: 'error' };
  const said = { by: 'webhook', hasFailed: true, confirmed: true, isAmbiguous: false, isUnknown: false } as const;
  const completed: Happening = {
    ...{ kind: 'completed', requestId: one.requestId, imageId: 'house', invocation: 9, status: 'error', reason: '' },
    ...said,
  };
  const body = JSON.stringify({
    type: 'image.failed',
    data: { request: { request_id: one.requestId }, confirmed: true },
  });
  const told: Happening = { kind: 'published', eventId: 'end', groupId: 'house', body, isNew: true };
  const { queued, known, claimed, called, acted, answered } = two.steps;
  return accountOf(
    [one.submission, two.submission],
    [
      ...one.all,
      own,
      queued,
      { ...known, acceptedAt: known.acceptedAt + 1000 },
      claimed,
      called,
      acted,
      { ...answered, how },
      others,
      completed,
      told,
    ],
    { vendor },
  );
}

describe('an end that was not a request’s own', () => {
  it('is a breach where its record is of another call that was answered', () => {
    expect(accountOfOthersEnd(200).broken).toContain('misattributed');
  });

  it('is explained where its record is of a call whose response was lost', () => {
    const { broken, noted } = accountOfOthersEnd('lost');
    expect(broken).not.toContain('misattributed');
    expect(noted).toContain('others_end');
  });
});
