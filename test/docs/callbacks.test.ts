import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { InvalidCallback, verifyCallback } from '../../client/src/events/verify-callback.ts';
import { blocksOf, readDocument } from './support/documents.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const BODY = '{"specversion":"1.0","id":"1","type":"image.processed","data":{"note":"Straße", "n": 1.0}}';

interface Call {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function signedCall(): Call {
  const now = new Date();
  return {
    body: BODY,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', now, BODY),
    },
  };
}

type Remembered = readonly [id: string, event: { readonly type: string }];

/** What a receiver of the guide exports or registers, and what it has remembered. */
function receiverWith(part: string) {
  const remembered: Remembered[] = [];
  const registered: ((request: object, response: object) => Promise<void>)[] = [];
  const raw: unknown[] = [];
  const express = Object.assign(
    () => ({ post: (_path: string, _parser: unknown, handle: (typeof registered)[number]) => registered.push(handle) }),
    { raw: (options: unknown) => raw.push(options) },
  );
  const [block] = blocksOf(readDocument('docs/callbacks.md')).filter(({ text }) => text.includes(part));
  const code = (block?.text ?? '').replaceAll(/^import .*$/gm, '').replaceAll(/^export /gm, '');
  const names = ['express', 'InvalidCallback', 'verifyCallback', 'remember', 'process'];
  const last = /function (\w+)/.exec(code)?.[1] ?? 'undefined';
  const make = new Function(...names, `${code}\nreturn ${last};`);
  const remember = async (...given: Remembered) => void remembered.push(given);
  const exported = make(express, InvalidCallback, verifyCallback, remember, { env: { CALLBACK_SECRET: SECRET } });
  return { exported, registered, raw, remembered };
}

/** How each framework hands a call over. Returns the status. */
const RECEIVERS = {
  async express({ body, headers }: Call) {
    const { registered, raw, remembered } = receiverWith('express.raw');
    const given = { body: Buffer.from(body), headers, get: (name: string) => headers[name] };
    const { promise, resolve } = Promise.withResolvers<number>();
    await registered[0]?.(given, { sendStatus: resolve });
    // Its parser for JSON would have given the content alone.
    expect(raw).toEqual([{ type: '*/*' }]);
    return [await promise, remembered] as const;
  },
  async lambda({ body, headers }: Call) {
    const { exported, remembered } = receiverWith('isBase64Encoded');
    const event = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true, headers };
    return [(await exported(event)).statusCode as number, remembered] as const;
  },
  async next(call: Call) {
    const { exported, remembered } = receiverWith('function POST');
    return [
      (await exported(new Request('https://acme.example', { method: 'POST', ...call }))).status,
      remembered,
    ] as const;
  },
};

describe.each(Object.entries(RECEIVERS))('the receiver for %s of docs/callbacks.md', (_name, receive) => {
  it('takes what the public package has signed, and remembers it by its id', async () => {
    const [status, remembered] = await receive(signedCall());
    expect([status, remembered]).toEqual([204, [['msg_1', JSON.parse(BODY)]]]);
  });

  it('refuses what was written anew, has another signature or none', async () => {
    const { body, headers } = signedCall();
    const { 'webhook-signature': _, ...unsigned } = headers;
    for (const call of [
      { body: JSON.stringify(JSON.parse(body)), headers },
      { body, headers: { ...headers, 'webhook-id': 'msg_2' } },
      { body, headers: unsigned },
    ]) {
      expect(await receive(call)).toEqual([401, []]);
    }
  });
});
