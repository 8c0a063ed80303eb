import { describe, expect, it } from 'vitest';
import { AccountRefused, EndpointNotReached, RefusedForGood, RefusedForNow } from '../../../functions/core/errors.ts';
import { imageResponse, unreadImageResponse, unreadOrderResponse } from '../../../functions/order-api/responses.ts';

const refused = (status: number) => new RefusedForGood('refused', { status, response: '{}' });

describe.each([
  ['order', unreadOrderResponse],
  ['image', unreadImageResponse],
])('an %s that Autoenhance did not show', (_, respond) => {
  it('for good is a 502, which is not to be repeated', () => {
    const { statusCode, headers, body } = respond(refused(400));
    expect([statusCode, headers['retry-after'], JSON.parse(body ?? '').code]).toEqual([
      502,
      undefined,
      refused(400).code,
    ]);
  });

  it('for now is a 503 that says when to come again', () => {
    const { statusCode, headers } = respond(new EndpointNotReached('no connection'));
    expect([statusCode, headers['retry-after']]).toEqual([503, '30']);
  });

  it('is unknown when Autoenhance says so', () => expect(respond(refused(404)).statusCode).toBe(404));

  it('is not unknown when the 404 is in another form, which may be a proxy’s', () => {
    const error = new RefusedForNow('not found', { status: 404, response: '<html>' });
    expect(respond(error)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
  });

  it('for the account names who has to repair it', () => {
    const { body } = respond(new AccountRefused('wrong key', { status: 401, response: '{}' }));
    expect(JSON.parse(body ?? '').detail).toContain('the operator of this service has to repair its account');
  });

  it('because of a bug is no response of ours', () => {
    expect(() => respond(new TypeError('a bug'))).toThrow(TypeError);
  });
});

it('what is no record of an image is a 502', () => {
  expect(imageResponse(null).statusCode).toBe(502);
  expect(imageResponse('{"a":1}')).toMatchObject({ statusCode: 200, body: '{"a":1}' });
});
