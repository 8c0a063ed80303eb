import { expect, test } from 'vitest';
import { SecretFlaw } from '../../../../functions/adapters/secrets/read-secret.ts';
import { parseSessionSecret } from '../../../../functions/adapters/secrets/session-secret.ts';

test.each([
  ['as plain text', 'x'.repeat(32)],
  ['as JSON', JSON.stringify({ secret: 'x'.repeat(32) })],
])('the secret of the sessions is read %s', (_, text) => {
  expect(parseSessionSecret(text)).toBe('x'.repeat(32));
});

test('a secret of the sessions that could be guessed is refused', () => {
  expect(() => parseSessionSecret('x'.repeat(31))).toThrow(new SecretFlaw('has fewer than 32 characters'));
});
