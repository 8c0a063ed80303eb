import type { Preferences } from '../../functions/core/preferences.ts';
import { REFUSED_STYLE } from '../models/endpoint.ts';
import { type Poison, poisonOf } from '../poison.ts';
import type { Chance } from '../random.ts';
import type { HttpSubmission, SqsSubmission, Submission } from './submission.ts';

const MINUTE = 60_000;
/** So many requests in a thousand kill whoever carries them out. */
const POISONED = 0.006;
const SENDERS = ['AROABACKEND', 'AROAIMPORT', 'AIDAPERSON'] as const;

export interface SubmissionsParts {
  readonly count: number;
  /** The first three are asked for far more often than the others. */
  readonly images: readonly [string, ...string[]];
  /** Epoch ms. */
  readonly start: number;
  readonly chance: Chance;
}

/** What is handed over, in the order in which it is. */
export function planSubmissions({ count, images, start, chance }: SubmissionsParts): readonly Submission[] {
  const span = chance.of([2 * MINUTE, 20 * MINUTE, 120 * MINUTE]);
  const planned: Submission[] = [];
  const hot = images.slice(0, 3) as [string, ...string[]];
  let burst = { imageId: images[0], at: 0, left: 0 };

  function place(): { readonly imageId: string; readonly at: number } {
    if (burst.left > 0) {
      burst = { ...burst, left: burst.left - 1, at: burst.at + chance.whole(0, 1500) };
      return burst;
    }
    const at = chance.whole(0, span);
    const imageId = chance.yes(0.4) ? chance.of(hot) : chance.of(images);
    if (chance.yes(0.1)) burst = { imageId, at, left: chance.whole(3, 14) };
    return { imageId, at };
  }

  function preferencesFor(ref: string): Preferences {
    // Without a mark of its own: the same wish as another request's, and a request all the same.
    if (chance.yes(0.15)) return { enhance_type: chance.of(['warm', 'neutral']) };
    const style = chance.yes(0.02) ? REFUSED_STYLE : chance.of(['warm', 'neutral', 'modern']);
    const poison: { poison?: Poison } = chance.yes(POISONED)
      ? { poison: chance.of(['on_claim', 'on_sending', 'on_answer']) }
      : {};
    const odd = chance.yes(0.02) ? { image_name: 'odd \uFFFE\uFFFF \u0001 name' } : {};
    return { ref, enhance_type: style, ...odd, ...poison };
  }

  function notAfter(at: number): string {
    return new Date(start + at + chance.whole(1000, 40 * MINUTE)).toISOString();
  }

  function overHttp(ref: string): HttpSubmission {
    const earlier = chance.yes(0.12) ? chance.of(planned.filter(isHttp) as [HttpSubmission]) : undefined;
    const { imageId, at } = place();
    const head = { ref, door: 'http', tries: chance.whole(1, 12) } as const;
    const patience = {
      ...(chance.yes(0.3) && { prefer: chance.of(['respond-async', 'wait=20', 'wait=3']) }),
      ...(chance.yes(0.2) && { repeatAfterMs: chance.whole(1000, 20 * MINUTE) }),
    };
    if (earlier?.idempotencyKey !== undefined) {
      const { preferences, idempotencyKey } = earlier;
      const changed = chance.yes(0.4) ? { preferences: { ...preferences, ref } } : { preferences };
      return {
        ...head,
        ...patience,
        at: earlier.at + chance.whole(0, 10 * MINUTE),
        imageId: earlier.imageId,
        idempotencyKey,
        ...changed,
      };
    }
    const preferences = preferencesFor(ref);
    const needsKey = poisonOf(preferences) !== undefined;
    const key = needsKey || chance.yes(0.8) ? { idempotencyKey: `key-${ref}` } : {};
    const expiry = chance.yes(0.08) ? { notAfter: notAfter(at) } : {};
    return { ...head, ...patience, at, imageId, preferences, ...key, ...expiry };
  }

  function overSqs(ref: string): SqsSubmission {
    const { imageId, at } = place();
    const sender = `${chance.of(SENDERS)}:session-${chance.whole(1, 9)}`;
    const head = { ref, door: 'sqs', at, sender } as const;
    const preferences = preferencesFor(ref);
    const request = (more: object, rest: Partial<SqsSubmission> = {}): SqsSubmission => {
      const body = escaped(JSON.stringify({ image_id: imageId, preferences, ...more }));
      return { ...head, groupId: imageId, body, isRequest: true, ...rest };
    };
    const earlier = planned.filter(hasOwnId);
    const kinds = { own: 50, none: 22, again: 8, reused: 5, upload: 5, expiring: 6, flawed: 8, astray: 0.3 };
    switch (chance.weighted(earlier.length > 0 ? kinds : { ...kinds, again: 0, reused: 0 })) {
      case 'own':
        return request({ request_id: `own-${ref}` });
      case 'none':
        return request({});
      case 'again': {
        const first = chance.of(earlier as [SqsSubmission]);
        return { ...first, ref, at: first.at + chance.whole(0, 30 * MINUTE), sender: first.sender.replace(/\d$/, '0') };
      }
      case 'reused': {
        const first = chance.of(earlier as [SqsSubmission]);
        const { request_id } = JSON.parse(first.body) as { readonly request_id: string };
        return request({ request_id, preferences: { ref } }, { sender: first.sender });
      }
      case 'upload':
        return request({ request_id: `upload:${hex64(ref)}`, file: 'requests/wishes.jsonl', line: 3 });
      case 'expiring': {
        return request({ request_id: `own-${ref}`, not_after: notAfter(at) });
      }
      case 'astray':
        return request({ request_id: `own-${ref}` }, { isAstray: true });
      case 'flawed':
        return { ...request({}), ...flawed(imageId, ref, preferences), isRequest: false };
    }
  }

  function flawed(imageId: string, ref: string, preferences: Preferences): Pick<SqsSubmission, 'body' | 'groupId'> {
    const body = (content: object) => escaped(JSON.stringify({ image_id: imageId, preferences, ...content }));
    const asIs = { groupId: imageId };
    return chance.of([
      { ...asIs, body: `garbage ${ref}` },
      { ...asIs, body: '[]' },
      { ...asIs, body: body({ preferences: { rating: 9 } }) },
      { ...asIs, body: body({ image_id: 'no image id!' }) },
      { ...asIs, body: body({ request_id: 'http:of-my-own' }) },
      // A request that pretends to come from the HTTP door, where nobody has accepted it.
      { ...asIs, body: body({ request_id: `http:${hex64(ref)}` }) },
      { groupId: 'somebody-elses-group', body: body({}) },
    ]);
  }

  for (let number = 1; number <= count; number += 1) {
    const ref = `r${number}`;
    planned.push(chance.yes(0.35) ? overHttp(ref) : overSqs(ref));
  }
  return planned.sort((one, other) => one.at - other.at);
}

function isHttp(submission: Submission): submission is HttpSubmission {
  return submission.door === 'http';
}

function hasOwnId(submission: Submission): submission is SqsSubmission {
  return submission.door === 'sqs' && submission.isRequest && submission.body.includes('"request_id":"own-');
}

function hex64(ref: string): string {
  return Buffer.from(ref).toString('hex').padEnd(64, '0');
}

/** SQS takes these two in no message; a sender has to write them as JSON escapes. */
function escaped(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}
