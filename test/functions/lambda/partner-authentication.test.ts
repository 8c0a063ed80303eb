import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import {
  type PartnerAuthenticationParts,
  type PartnerEvent,
  partnerAuthentication,
} from '../../../functions/lambda/partner-authentication.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';

const ROUTE = { name: 'any', methods: ['GET'], path: /^/, id: '' };

const acme = { name: 'acme' };
const OF_CONSOLE = { 'x-reprocess-console': '1' };
const COOKIE = '__Host-reprocess-session=the-session';

function open(change: Partial<PartnerAuthenticationParts> = {}, isReadOnly = false) {
  const looked: string[] = [];
  const find = async (text: string) => {
    looked.push(text);
    return text === 'the-session' ? { partner: acme, expiresAt: 1 } : undefined;
  };
  const authenticate = async (key: string) => (key === 'globex-key' ? { name: 'globex' } : undefined);
  const { before } = partnerAuthentication({
    authenticate,
    sessions: { find, isReadOnly },
    routeOf: () => ROUTE,
    ...change,
  });
  /** Who calls, or what a call is refused with. */
  async function callerOf(request: HttpRequest, ...cookies: readonly string[]) {
    const event: PartnerEvent = httpEvent({ ...request, cookies });
    const refused = (await before?.({ event } as never)) as HttpResponse | undefined;
    return refused === undefined ? event.partner : { status: refused.statusCode, ...JSON.parse(refused.body ?? '') };
  }
  return { callerOf, looked };
}

describe('a session', () => {
  it('stands for its key where something is read', async () => {
    for (const method of ['GET', 'HEAD']) expect(await open().callerOf({ method }, 'other=1', COOKIE)).toEqual(acme);
  });

  it('is no cookie whose name only ends like its own', async () => {
    expect(await open().callerOf({}, `x${COOKIE.replace('the-session', 'forged')}`, COOKIE)).toEqual(acme);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('changes something by %s only from the page itself', async (method) => {
    expect(await open().callerOf({ method, headers: OF_CONSOLE }, COOKIE)).toEqual(acme);
    const detail = expect.stringContaining('must have the header x-reprocess-console: 1');
    expect(await open().callerOf({ method }, COOKIE)).toMatchObject({ status: 403, detail });
  });

  it('changes nothing in a console that only shows', async () => {
    const { callerOf } = open({}, true);
    expect(await callerOf({}, COOKIE)).toEqual(acme);
    const detail = expect.stringContaining('this console only shows');
    expect(await callerOf({ method: 'POST', headers: OF_CONSOLE }, COOKIE)).toMatchObject({ status: 403, detail });
    const headers = { 'x-api-key': 'globex-key' };
    expect(await callerOf({ method: 'POST', headers }, COOKIE)).toEqual({ name: 'globex' });
  });

  it('that is none is refused like a wrong key', async () => {
    const refused = { status: 401, message: 'Unauthorized', detail: expect.stringContaining('sign in again') };
    expect(await open().callerOf({}, '__Host-reprocess-session=forged')).toEqual(refused);
  });

  it('is not looked at beside a key, not even a wrong one', async () => {
    const { callerOf, looked } = open();
    expect(await callerOf({ headers: { 'x-api-key': 'globex-key' } }, COOKIE)).toEqual({ name: 'globex' });
    expect(await callerOf({ headers: { 'x-api-key': 'wrong' } }, COOKIE)).toMatchObject({ status: 401 });
    expect(looked).toEqual([]);
  });

  it('without __Host- counts on one machine alone, where no TLS is', async () => {
    const plain = 'reprocess-session=the-session';
    expect(await open().callerOf({}, plain)).toMatchObject({ status: 401 });
    expect(await open().callerOf({ headers: { 'x-forwarded-proto': 'http' } }, plain)).toEqual(acme);
  });

  it('is none where the stage has no console', async () => {
    const detail = 'x-api-key must be a valid key of this service';
    expect(await open({ sessions: undefined }).callerOf({}, COOKIE)).toMatchObject({ status: 401, detail });
  });
});

it.each([
  ['is open', { ...ROUTE, isOpen: true } as const],
  ['does not exist', undefined],
])('nobody calls a route that %s, whatever the event says itself', async (_, route) => {
  const { before } = partnerAuthentication({
    ...{ authenticate: async () => undefined, sessions: undefined, routeOf: () => route },
  });
  const event: PartnerEvent = { ...httpEvent({}), partner: { name: 'desk', role: 'operator' } };
  await before?.({ event } as never);
  expect(event).not.toHaveProperty('partner');
});
