import type { Preferences } from '../../functions/core/request/preferences.ts';
import type { Chance } from '../random.ts';
import type { Drafts } from './preferences.ts';
import type { SqsSubmission } from './submission.ts';

const MINUTE = 60_000;
const SENDERS = ['AROABACKEND', 'AROAIMPORT', 'AIDAPERSON'] as const;

/** How often which kind of message comes, and of which kinds there must be an earlier one to repeat. */
const KINDS = { own: 50, none: 22, again: 8, reused: 5, expiring: 6, flawed: 8, astray: 0.3 };
const FIRST_KINDS = { ...KINDS, again: 0, reused: 0 };

/** A message for the queue. @param earlier those with an id of their sender's own */
export function overSqs(ref: string, earlier: readonly SqsSubmission[], drafts: Drafts, chance: Chance): SqsSubmission {
  const { imageId, at } = drafts.place();
  const sender = `${chance.of(SENDERS)}:session-${chance.whole(1, 9)}`;
  const preferences = drafts.preferencesFor(ref);
  const ownId = { request_id: `own-${ref}` };
  const first = chance.of(earlier as readonly [SqsSubmission, ...SqsSubmission[]]);
  const plain: SqsSubmission = { ref, entryPoint: 'sqs', at, sender, groupId: imageId, body: '', isRequest: true };
  const request = (more: object): SqsSubmission => ({ ...plain, body: bodyOf(imageId, preferences, more) });
  switch (chance.weighted(earlier.length > 0 ? KINDS : FIRST_KINDS)) {
    case 'own':
      return request(ownId);
    case 'none':
      return request({});
    case 'again': {
      const expiry = chance.yes(0.3) ? { not_after: drafts.notAfter(first.at) } : {};
      const body = escaped(JSON.stringify({ ...JSON.parse(first.body), ...expiry }));
      return { ...first, ref, body, at: first.at + chance.whole(0, 30 * MINUTE), sender: newSession(first.sender) };
    }
    case 'reused': {
      const { request_id } = JSON.parse(first.body) as { readonly request_id: string };
      return { ...request({ request_id, preferences: { ref } }), sender: newSession(first.sender) };
    }
    case 'expiring':
      return request({ ...ownId, not_after: drafts.notAfter(at) });
    case 'astray':
      return { ...request(ownId), isAstray: true };
    case 'flawed':
      return { ...plain, isRequest: false, ...flawed(imageId, ref, preferences, chance) };
  }
}

export function hasOwnId({ isRequest, body }: SqsSubmission): boolean {
  return isRequest && body.includes('"request_id":"own-');
}

function flawed(imageId: string, ref: string, preferences: Preferences, chance: Chance) {
  const inItsGroup = (body: string) => ({ groupId: imageId, body });
  return chance.of([
    inItsGroup(`garbage ${ref}`),
    inItsGroup('[]'),
    inItsGroup(bodyOf(imageId, { rating: 9 })),
    inItsGroup(bodyOf('no image id!', preferences)),
    inItsGroup(bodyOf(imageId, preferences, { request_id: 'http:of-my-own' })),
    // A request that pretends to come from the HTTP entry point, where nobody has accepted it.
    inItsGroup(bodyOf(imageId, preferences, { request_id: `http:${hex64(ref)}` })),
    // And one that pretends to be the line of a file.
    inItsGroup(bodyOf(imageId, preferences, { request_id: `upload:${hex64(ref)}`, file: 'requests/a.csv', line: 3 })),
    { groupId: 'somebody-elses-group', body: bodyOf(imageId, preferences) },
  ]);
}

function bodyOf(imageId: string, preferences: Preferences, more: object = {}): string {
  return escaped(JSON.stringify({ image_id: imageId, preferences, ...more }));
}

/** SQS takes these two in no message; a sender has to write them as JSON escapes. */
function escaped(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}

/** The same sender, logged in anew. */
function newSession(sender: string): string {
  return sender.replace(/\d$/, '0');
}

function hex64(ref: string): string {
  return Buffer.from(ref).toString('hex').padEnd(64, '0');
}
