import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Partner, PartnerKey } from '../partner-keys.ts';

/** Somebody who signed in to the console with a key. */
export interface Session {
  readonly partner: Partner;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** How long a session lasts: a working day. */
export const SESSION_MS = 8 * 60 * 60 * 1000;

/** What signs sessions: a secret of the stage's own, and its name. */
export interface SessionSigner {
  readonly secret: string;
  readonly stage: string;
}

const FORM = /^([a-z0-9-]+)\.(\d{10})\.([\w-]{43})$/;

/**
 * A session as text for a cookie: the partner's name, the end in epoch seconds, and a signature. What is signed names the key that
 * was signed in with, by its hash, so that a session ends with its key.
 */
export function encodeSession(signer: SessionSigner, key: PartnerKey, expiresAt: number): string {
  const seconds = Math.floor(expiresAt / 1000);
  return `${key.partner.name}.${seconds}.${signatureOf(signer, key, seconds).toString('base64url')}`;
}

/** The session that a text stands for, if this stage has signed it, it has not ended and its key is still one of `keys`. */
export function decodeSession(
  signer: SessionSigner,
  keys: readonly PartnerKey[],
  text: string,
  now: number,
): Session | undefined {
  const [, name, end = '', signature = ''] = FORM.exec(text) ?? [];
  const expiresAt = Number(end) * 1000;
  if (name === undefined || expiresAt <= now) return undefined;
  const presented = Buffer.from(signature, 'base64url');
  const isSigned = (key: PartnerKey) => timingSafeEqual(presented, signatureOf(signer, key, Number(end)));
  const key = keys.find((each) => each.partner.name === name && each.expiresAt > now && isSigned(each));
  return key && { partner: key.partner, expiresAt };
}

function signatureOf({ secret, stage }: SessionSigner, { partner, hash }: PartnerKey, seconds: number): Buffer {
  const signed = JSON.stringify(['console session', stage, partner.name, hash.toString('hex'), seconds]);
  return createHmac('sha256', secret).update(signed).digest();
}
