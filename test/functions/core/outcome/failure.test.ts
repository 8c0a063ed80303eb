import { expect, it } from 'vitest';
import { RefusedForNow } from '../../../../functions/core/errors.ts';
import { callFailure } from '../../../../functions/core/outcome/failure.ts';

const endpointOf = (response: string) =>
  callFailure('gave_up', new RefusedForNow('it failed', { status: 500, response }), false).endpoint;

it('a failure has the endpoint’s JSON whole, and of any other text the first 64 KiB', () => {
  const json = JSON.stringify({ detail: 'x'.repeat(100_000) });
  expect(endpointOf(json)).toBe(json);
  expect(endpointOf('<html>')).toBe('<html>');
  expect(endpointOf('x'.repeat(100_000))).toBe('x'.repeat(64 * 1024));
});

it('a failure says whether the endpoint may have acted', () => {
  const error = new RefusedForNow('it failed', { status: 500, response: '' });
  expect(callFailure('gave_up', error, true)).toMatchObject({ mayHaveActed: true });
  expect(callFailure('gave_up', error, false)).not.toHaveProperty('mayHaveActed');
});
