import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the presented texts is one of the tokens. The time does not depend on the tokens' length or on how much of
 * one was guessed: all hashes are compared.
 */
export function isToken(tokens: readonly string[], presented: readonly string[]): boolean {
  const wanted = tokens.map(sha256);
  const matches = presented.map(sha256).flatMap((hash) => wanted.map((each) => timingSafeEqual(each, hash)));
  return matches.includes(true);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
