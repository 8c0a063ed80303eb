import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { InvalidCallback, verifyCallback } from '../../client/src/events/verify-callback.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const OTHER = `whsec_${randomBytes(24).toString('base64')}`;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const event = { specversion: '1.0', id: 'http:1.succeeded', type: 'reprocess.succeeded', data: { note: 'Straße' } };
const body = JSON.stringify(event);

/** Headers by the public package, which is an independent sender. */
function signed(secrets: readonly string[] = [SECRET], at = NOW, text = body) {
  const id = 'msg_1';
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), text));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

const verified = (...[text, headers, secret]: Parameters<typeof verifyCallback>) =>
  verifyCallback(text, headers, secret, { now: NOW });
const refusal = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(InvalidCallback);

describe('a callback', () => {
  it('that the public package signed is accepted, as text and as bytes', async () => {
    expect(await verified(body, signed(), SECRET)).toEqual(event);
    expect(await verified(new TextEncoder().encode(body), signed(), SECRET)).toEqual(event);
    expect(await verified(Buffer.from(body), signed(), SECRET)).toEqual(event);
  });

  it('is accepted with headers as fetch, Node and API Gateway have them', async () => {
    const headers = signed();
    const capitals = Object.entries(headers).map(([name, value]) => [
      name.replaceAll(/\b[a-z]/g, (each) => each.toUpperCase()),
      value,
    ]);
    expect(await verified(body, new Headers(headers), SECRET)).toEqual(event);
    expect(await verified(body, { ...headers, ':path': '/', cookie: undefined, accept: ['a', 'b'] }, SECRET)).toEqual(
      event,
    );
    expect(await verified(body, Object.fromEntries(capitals), SECRET)).toEqual(event);
  });

  it('is accepted by one of several secrets, and with one of several signatures', async () => {
    expect(await verified(body, signed(), [OTHER, OTHER, SECRET])).toEqual(event);
    expect(await verified(body, signed([OTHER, SECRET]), SECRET)).toEqual(event);
    const { 'webhook-signature': right, ...rest } = signed();
    expect(await verified(body, { ...rest, 'webhook-signature': `v1a,AAAA v1,!! nonsense ${right}` }, SECRET)).toEqual(
      event,
    );
  });

  it.each([-300, 300])('%i s off the clock is accepted', async (seconds) => {
    expect(await verified(body, signed([SECRET], NOW + seconds * 1000), SECRET)).toEqual(event);
  });

  it.each([-301, 301])('%i s off the clock is refused', async (seconds) => {
    await refusal(verified(body, signed([SECRET], NOW + seconds * 1000), SECRET));
  });

  it('with another body, id, time or secret is refused', async () => {
    await refusal(verified(`${body} `, signed(), SECRET));
    await refusal(verified(body, { ...signed(), 'webhook-id': 'msg_2' }, SECRET));
    await refusal(verified(body, { ...signed(), 'webhook-timestamp': String(NOW / 1000 + 1) }, SECRET));
    await refusal(verified(body, signed(), OTHER));
    await refusal(verified(body, signed(), []));
  });

  it.each(['', 'v1,', 'v1,AAAA', 'v2,AAAA', 'v1', ','])('with the signature %j is refused', async (signature) => {
    await refusal(verified(body, { ...signed(), 'webhook-signature': signature }, SECRET));
  });

  it.each(['soon', '', '1e9999', 'NaN'])('with the time %j is refused', async (timestamp) => {
    await refusal(verified(body, { ...signed(), 'webhook-timestamp': timestamp }, SECRET));
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is refused', async (name) => {
    await refusal(verified(body, { ...signed(), [name]: undefined }, SECRET));
  });

  it('is judged by the clock when no time is given', async () => {
    expect(await verifyCallback(body, signed([SECRET], Date.now()), SECRET)).toEqual(event);
    await refusal(verifyCallback(body, signed(), SECRET));
  });
});

it('a body that was parsed before is an error that says so', async () => {
  const parsed = event as unknown as string;
  await expect(verified(parsed, signed(), SECRET)).rejects.toThrow('rawBody must be the bytes');
});

it.each(['', 'whsec_', 'whsec_*', 'plain-text'])('the secret %j is refused without being shown', async (secret) => {
  const refused = expect(verified(body, signed(), secret)).rejects;
  await refused.toThrow(/^secret must be whsec_ and Base64$/);
});
