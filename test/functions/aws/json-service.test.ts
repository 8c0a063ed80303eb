import { describe, expect, it } from 'vitest';
import { standingClock } from '../../support/fixtures.ts';
import { signedBySdk } from './sdk-signature.ts';
import {
  breaks,
  breaksOff,
  type Captured,
  KEYS,
  placeOf,
  REGION,
  refuses,
  SERVICES,
  SESSION,
  type ServiceName,
  serviceAt,
  startAws,
} from './support.ts';

const BODY = '{"MessageBody":"Küche \\"Süd\\" 🏠\\u0000"}';

/** The signature that the SDK's signer makes of the headers that a call says it signed. */
async function expectedSignature(service: ServiceName, { headers, body }: Captured, credentials = SESSION) {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const [iso, clock] = [date.replace(/(....)(..)/, '$1-$2-'), time.replace(/(..)(..)/, '$1:$2:')];
  const now = Date.parse(`${iso}T${clock}Z`);
  const scope = { service, region: REGION, host: String(headers.host) };
  return (await signedBySdk(scope, credentials, { headers: signed, body, now })).authorization;
}

describe.each(Object.keys(SERVICES) as ServiceName[])('a call of %s', (service) => {
  const { target, version } = SERVICES[service];

  it('comes as one POST to /, with its operation, its form and its body as it was given', async () => {
    const { url, calls } = await startAws();
    await serviceAt(placeOf(service, url)).call('Operation', BODY);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', url: '/', body: BODY });
    expect(calls[0]?.headers).toMatchObject({
      host: new URL(url).host,
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': `${target}.Operation`,
      'content-length': String(Buffer.byteLength(BODY)),
    });
  });

  it('is signed as the SDK’s signer signs what arrives, with its session’s token', async () => {
    const { url, calls } = await startAws();
    await serviceAt(placeOf(service, url), { credentials: async () => SESSION }).call('Operation', BODY);
    const [call] = calls as [Captured];
    expect(call.headers.authorization).toBe(await expectedSignature(service, call));
    expect(call.headers['x-amz-security-token']).toBe(SESSION.sessionToken);
    const signed = 'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,';
    expect(call.headers.authorization).toContain(signed);
  });

  it('carries no token where there is no session', async () => {
    const { url, calls } = await startAws();
    await serviceAt(placeOf(service, url), { credentials: async () => KEYS }).call('Operation', BODY);
    expect(calls[0]?.headers).not.toHaveProperty('x-amz-security-token');
  });

  it.each([
    ['the service fails', refuses(500, 'InternalFailure')],
    ['it is throttled', refuses(429, 'Anything')],
    ['its connection breaks', breaks],
    ['its answer breaks off', breaksOff({ 'content-length': 100 })],
    ['its answer of unknown length breaks off', breaksOff()],
  ])('is repeated when %s, each time with a signature of that time', async (_name, answer) => {
    const { url, calls } = await startAws(answer, answer);
    const clock = standingClock();
    const options = { credentials: async () => SESSION, clock, random: () => 0.5, firstPauseMs: 4000 };
    expect(await serviceAt(placeOf(service, url), options).call('Operation', BODY)).toEqual({});
    expect(calls).toHaveLength(3);
    for (const call of calls) {
      expect(call.body).toBe(BODY);
      expect(call.headers.authorization).toBe(await expectedSignature(service, call));
    }
    const throttled = ['20261122T120000Z', '20261122T120000Z', '20261122T120001Z'];
    const others = ['20261122T120000Z', '20261122T120002Z', '20261122T120006Z'];
    const isThrottled = _name === 'it is throttled';
    expect(calls.map(({ headers }) => headers['x-amz-date'])).toEqual(isThrottled ? throttled : others);
  });
});

describe('a trace', () => {
  it.each(['Root=1-é', 'Root=1-\r\nx: y', 'Root=1-\u007f'])(
    'that no header can carry, %j, costs no call',
    async (trace) => {
      const { url, calls } = await startAws();
      const service = serviceAt(placeOf('sqs', url), { traceHeader: () => trace });
      await service.call('SendMessage', '{}');
      expect(calls.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual([undefined]);
    },
  );

  it('of the invocation that is under way goes with each call, unsigned, and none where there is none', async () => {
    const { url, calls } = await startAws();
    const traces = ['Root=1-a;Parent=b;Sampled=1', undefined, '', 'Root=1-c;Sampled=0;Lineage=1:d:0'];
    const expected = [...traces];
    const service = serviceAt(placeOf('sqs', url), { traceHeader: () => traces.shift() });
    for (const _ of expected) await service.call('SendMessage', '{}');
    expect(calls.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(expected.map((trace) => trace || undefined));
    for (const { headers } of calls) expect(headers.authorization).not.toContain('trace');
  });
});
