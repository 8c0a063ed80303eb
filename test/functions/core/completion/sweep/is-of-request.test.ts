import { expect, it } from 'vitest';
import { isOfRequest } from '../../../../../functions/core/completion/sweep/is-of-request.ts';
import type { DueRequest } from '../../../../../functions/core/completion/sweep/ports.ts';
import { aLedgerItem, NOON } from '../../../../support/fixtures.ts';

function due(changes: Partial<DueRequest>, response: string | null = null): DueRequest {
  const outcome = { kind: 'succeeded', response, attempts: 1, warnings: [], at: NOON } as const;
  return {
    ...aLedgerItem({ preferences: {}, outcome }),
    lookAt: NOON,
    wasUnderWay: false,
    awaitsWebhook: false,
    ...changes,
  };
}

it.each<[string, DueRequest, boolean]>([
  ['was seen under way', due({ wasUnderWay: true }), true],
  ['was under way in the response to the call', due({}, '{"status":"processing"}'), true],
  ['was waiting in the response to the call', due({}, '{"status":"waiting"}'), true],
  ['was finished in the response to the call', due({}, '{"status":"processed"}'), false],
  ['has the request’s preferences', due({ preferences: { sky: 'BLUE', rating: 4 } }), true],
  ['has another value of one of them', due({ preferences: { sky: 'GREY', rating: 4 } }), false],
  ['lacks one of them', due({ preferences: { sky: 'BLUE', other: 1 } }), false],
  ['shows nothing, since the request has no preferences', due({}), false],
])('a record whose image %s is of this request: %s', (_, request, expected) => {
  expect(isOfRequest(request, { status: 'processed', sky: 'BLUE', rating: 4, more: true })).toBe(expected);
});
