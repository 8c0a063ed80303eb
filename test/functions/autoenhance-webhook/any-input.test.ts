import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransportFailed } from '../../../functions/adapters/autoenhance/http-request.ts';
import { answering, away, startWebhook, TOKEN } from './support.ts';

const text = fc.string({ unit: 'binary', maxLength: 80 });
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const imageId = fc.oneof(text, fc.constantFrom('house', '.', '..', 'A'.repeat(128), 'A'.repeat(129)), fc.jsonValue());
/** Shaped as Autoenhance's own calls are, with anything in each place. */
const notification = fc
  .record(
    {
      event: fc.oneof(fc.constantFrom('image_processed', 'image_registered', 'webhook_updated'), text, fc.jsonValue()),
      image_id: imageId,
      error: fc.oneof(fc.boolean(), fc.jsonValue()),
      __proto__: fc.jsonValue(),
      toJSON: fc.jsonValue(),
      request: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('base64'));
const body = fc.oneof({ weight: 4, arbitrary: notification }, json, text, bytes, fc.constant(undefined));
const headers = fc
  .tuple(
    fc.dictionary(fc.constantFrom('authentication', 'authorization', 'content-type'), text),
    fc.constantFrom({}, { authentication: TOKEN }, { authorization: `Bearer ${TOKEN}` }),
  )
  .map(([some, right]) => ({ ...some, ...right }));
const transport = fc.oneof(
  fc
    .record({ status: fc.integer({ min: 100, max: 599 }), body: fc.oneof(json, text), truncated: fc.boolean() })
    .map(answering),
  fc.boolean().map((sent) => async () => {
    throw new TransportFailed('broken', { sent, timedOut: !sent });
  }),
);
/** What a ledger gives that holds nothing, is away, or holds what nobody can read. */
const dynamo = fc.constantFrom(
  away,
  (async () => ({})) as never,
  (async () => ({ Items: [{}], Attributes: {}, Item: {} })) as never,
);

describe('whatever comes in, while SQS is up', () => {
  it('is answered with 200, 400, 401 or 413, and published only in a form that SQS takes', async () => {
    const call = fc.record({ body, headers, isBase64Encoded: fc.boolean(), transport, dynamo });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(call, async ({ body: content, headers: given, isBase64Encoded, ...parts }) => {
        const webhook = startWebhook(parts);
        const { status } = await webhook.call(content, { headers: given, isBase64Encoded });
        statuses.add(status);
        expect([200, 400, 401, 413]).toContain(status);
        expect(webhook.sent.length).toBeLessThanOrEqual(status === 200 ? 1 : 0);
        for (const { event } of webhook.sent) expect(event.type).toMatch(/^(image|autoenhance)\.[A-Za-z0-9._-]{1,64}$/);
        expect(webhook.lines.join()).not.toContain(TOKEN);
      }),
      { numRuns: 500 },
    );
    expect([...statuses].sort()).toEqual([200, 400, 401]);
  });
});
