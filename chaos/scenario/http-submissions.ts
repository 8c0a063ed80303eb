import { poisonOf } from '../poison.ts';
import type { Chance } from '../random.ts';
import type { Drafts } from './preferences.ts';
import { type HttpSubmission, PARTNERS } from './submission.ts';

const MINUTE = 60_000;

/** A partner's call. @param earlier those before it, of which it may repeat one, or use its key for something else */
export function overHttp(
  ref: string,
  earlier: readonly HttpSubmission[],
  drafts: Drafts,
  chance: Chance,
): HttpSubmission {
  const place = drafts.place();
  const partner = chance.of(PARTNERS).name;
  const head = { ref, entryPoint: 'http', partner, attempts: chance.whole(1, 12) } as const;
  const patience = {
    ...(chance.yes(0.3) && { prefer: chance.of(['respond-async', 'wait=20', 'wait=3']) }),
    ...(chance.yes(0.2) && { repeatAfterMs: chance.whole(1000, 20 * MINUTE) }),
  };
  const first = chance.yes(0.15) ? earlier[chance.whole(0, earlier.length)] : undefined;
  if (first?.idempotencyKey !== undefined) {
    const { imageId, idempotencyKey } = first;
    // Another partner's request under the same key is a request of its own.
    const caller = chance.yes(0.2) ? partner : first.partner;
    const isOther = caller !== first.partner || chance.yes(0.4);
    const preferences = isOther ? { ...first.preferences, ref } : first.preferences;
    const at = first.at + chance.whole(0, 10 * MINUTE);
    return { ...head, ...patience, partner: caller, at, imageId, idempotencyKey, preferences };
  }
  const preferences = drafts.preferencesFor(ref);
  // Each attempt without a key is a request of its own, and of a poison request there is to be one alone.
  const hasKey = poisonOf(preferences) !== undefined || chance.yes(0.8);
  const key = hasKey ? { idempotencyKey: `key-${ref}` } : {};
  const expiry = chance.yes(0.08) ? { notAfter: drafts.notAfter(place.at) } : {};
  return { ...head, ...patience, ...place, preferences, ...key, ...expiry };
}
