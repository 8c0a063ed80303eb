import { parsePlainSecret } from './plain-secret.ts';

/** `example` for the secret that {@link parseWebhookTokens} reads. */
export const WEBHOOK_TOKEN_EXAMPLE = '<the token of the webhook>';

/**
 * The tokens that a call of the webhook may have. Their secret is the token itself, or `{"token": "…"}`. With
 * `"previousToken"`, the old token is valid too, so that no call is refused during a rotation. @throws SecretFlaw
 */
export function parseWebhookTokens(text: string): readonly string[] {
  return parsePlainSecret(text, { noun: 'webhook token', member: 'token', otherMember: 'previousToken' });
}
