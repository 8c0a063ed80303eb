import { parsePlainSecret } from './plain-secret.ts';

/** `example` for the secret that {@link parseWebhookTokens} reads. */
export const WEBHOOK_TOKEN_EXAMPLE = '<the token of the webhook>';

/**
 * The tokens that a call of the webhook may carry, out of their secret: the one token itself, or `{"token": "…"}`. Beside it
 * `"previousToken"` is taken too, so that no call is refused while the token is being changed. @throws SecretFlaw
 */
export function parseWebhookTokens(text: string): readonly string[] {
  return parsePlainSecret(text, { noun: 'webhook token', member: 'token', otherMember: 'previousToken' });
}
