import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { routeOf as batchRouteOf } from '../../functions/batch-api/routes.ts';
import { routeOf as callbackRouteOf } from '../../functions/callback-api/routes.ts';
import { routeOf as consoleRouteOf } from '../../functions/console/routes.ts';
import * as errors from '../../functions/core/errors.ts';
import { parseImageId } from '../../functions/core/request/image-id.ts';
import { parsePreferences, preferencesSchema } from '../../functions/core/request/preferences.ts';
import { decodeMessage } from '../../functions/core/request/request-message.ts';
import { routeOf as orderRouteOf } from '../../functions/order-api/routes.ts';
import { routeOf } from '../../functions/reprocess-api/routes.ts';
import {
  batch,
  batchList,
  batchProblem,
  checkedBatch,
  handedBatch,
  lineList,
  newBatch,
  orderReprocess,
} from '../../tools/contract/schemas/batches.ts';
import { callback, callbackProblem, deliveryList, newCallback } from '../../tools/contract/schemas/callbacks.ts';
import {
  batchFinishedEvent,
  callbackPausedEvent,
  callbackRemovedEvent,
  failedEvent,
  imageFailedEvent,
  otherEvent,
  processedEvent,
  succeededEvent,
  unknownEvent,
} from '../../tools/contract/schemas/events.ts';
import { imageRecord } from '../../tools/contract/schemas/image-record.ts';
import { outcomeError } from '../../tools/contract/schemas/outcome.ts';
import { requestMessage } from '../../tools/contract/schemas/request-message.ts';
import { health, problem, refusal, requestItem, requestList, session } from '../../tools/contract/schemas/responses.ts';
import { uploadReport } from '../../tools/contract/schemas/upload-report.ts';
import { webhookCall } from '../../tools/contract/schemas/webhook-call.ts';
import { type Json, readJson, validatorOf } from './support/contract.ts';
import { blocksOf, documents, ROOT } from './support/documents.ts';

// What the functions do not parse with a schema of zod's is described by one in tools/contract. Here both judge the same
// values, and the documents stand for the schemas: that is what another system has.

const openApi = readJson('docs/openapi.json');
const asyncApi = readJson('docs/asyncapi.json');
const problemOf = validatorOf(asyncApi, 'docs/asyncapi.json');
const schemaOf = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Mostly one of these, now and then anything. */
const mostly = (values: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });

const anyField = fc.constantFrom('text', '', true, false, 0, 3, 5, 6, -1, 2.5, null, {}, { a: [1] }, []);
const FIELDS = [...Object.keys(preferencesSchema.shape), 'hdr'];
/** Few fields at a time, or nearly none would be right. */
const preferences = fc.dictionary(fc.constantFrom(...FIELDS), anyField, { maxKeys: 2 });

const imageId = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9._~-]{1,130}$/) },
  { weight: 3, arbitrary: fc.uuid().map((id) => id.toUpperCase()) },
  { weight: 1, arbitrary: fc.constantFrom('.', '..', '', 'a b', 'é') },
);
const requestId = fc.oneof(
  { weight: 3, arbitrary: fc.string() },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'http:x', 'upload:x', 'HTTP:x', 'a http:', 'x'.repeat(256), 'x'.repeat(257)),
  },
);
const notAfter = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('2026-11-22T18:00:00Z', '2026-11-22T18:00:00.123456789+01:00', null) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '2026-11-22',
      '2026-11-22T18:00:00',
      '2026-13-22T18:00:00Z',
      '2026-11-22T25:00:00Z',
      'x',
    ),
  },
);

const message = fc.oneof(
  fc.record(
    {
      image_id: mostly(imageId),
      preferences,
      request_id: mostly(requestId),
      not_after: mostly(notAfter),
      api_version: mostly(fc.constantFrom('2025-05-08', '2025-02-30', '2025-5-8', '', null)),
    },
    { requiredKeys: ['image_id', 'preferences'] },
  ),
  fc.record({ image_id: imageId, preferences: mostly(preferences), enhance: fc.constant(true) }, { requiredKeys: [] }),
);

/** Whether one of the functions behind the HTTP API has such a route. */
const isRoute = (event: Parameters<typeof routeOf>[0]) =>
  [routeOf, batchRouteOf, orderRouteOf, callbackRouteOf, consoleRouteOf].some((find) => find(event) !== undefined);

/** The route of a path of the contract. */
const foundRoute = (path: string, method: string) => {
  const event = { rawPath: path.replaceAll(/\{\w+\}/g, 'some'), requestContext: { http: { method } } } as never;
  return [routeOf, batchRouteOf, orderRouteOf, callbackRouteOf].flatMap((find) => find(event) ?? [])[0];
};

const callbackEvent = z.union([callbackPausedEvent, callbackRemovedEvent]);

/** Whether the worker takes a message that stands in the group of its image. */
function isTaken(body: Json): boolean {
  const delivery = { messageId: 'message', receiveCount: 1, receiptHandle: 'receipt', senderId: 'AROA', sentAt: 0 };
  const groupId = parseImageId(body.image_id) ?? 'none';
  return 'request' in decodeMessage({ ...delivery, groupId, body: JSON.stringify(body) });
}

describe('the documents say what the functions do', () => {
  it('of preferences', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(mostly(preferences), (value) => {
        const { ok } = parsePreferences(value);
        seen.add(ok);
        expect(problemOf(schemaOf('Preferences'), value) === undefined).toBe(ok);
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(2);
  });

  it('of an image id', () => {
    fc.assert(
      fc.property(mostly(imageId), (value) => {
        const isOne = parseImageId(value) !== undefined;
        expect(problemOf(schemaOf('ImageId'), value) === undefined).toBe(isOne);
      }),
      { numRuns: 300 },
    );
  });

  it('of a request message', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(message, (body) => {
        const taken = isTaken(body);
        seen[taken ? 'taken' : 'refused'] += 1;
        expect(problemOf(schemaOf('RequestMessage'), body)).toEqual(taken ? undefined : expect.any(String));
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(30);
  });

  it('of the last error of a request that waits', () => {
    const all = Object.values(errors).filter((each) => each.prototype instanceof errors.ProcessError);
    const made = all.map((each) => new (each as typeof errors.RefusedForNow)('', { status: 500, response: '' }));
    const retried = made.filter(({ retryable }) => retryable).map(({ code }) => code);
    const { enum: documented } = openApi.components.schemas.LastError.properties.code;
    expect(documented.toSorted()).toEqual(retried.toSorted());
  });

  it('of the routes, method by method', () => {
    for (const [path, operations] of Object.entries<Json>(openApi.paths)) {
      const rawPath = path.replaceAll(/\{\w+\}/g, 'some');
      const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) =>
        isRoute({ rawPath, requestContext: { http: { method } } } as never),
      );
      const ofWebhook = path === '/webhooks/autoenhance' ? ['POST'] : [];
      expect(Object.keys(operations).sort(), path).toEqual(
        [...known, ...ofWebhook].map((method) => method.toLowerCase()).sort(),
      );
    }
  });

  it('of the parameters and the body of each route, which refuses all others', () => {
    for (const [path, operations] of Object.entries<Json>(openApi.paths).filter(([path]) => path.startsWith('/v3'))) {
      for (const [method, { parameters = [], requestBody }] of Object.entries<Json>(operations)) {
        const documented = parameters.filter(({ in: place }: Json) => place === 'query');
        const { query = [], takesBody = false } = foundRoute(path, method.toUpperCase()) ?? {};
        const names: string[] = documented.map(({ name }: Json) => name);
        expect(names.toSorted(), `${method} ${path}`).toEqual(query.toSorted());
        expect(requestBody !== undefined, `${method} ${path}`).toBe(takesBody);
      }
    }
  });
});

describe('an example in the documents', () => {
  const SCHEMAS: Readonly<Record<string, z.core.$ZodType>> = {
    message: requestMessage,
    preferences: preferencesSchema,
    event: z.union([succeededEvent, failedEvent]),
    'image-event': z.union([processedEvent, imageFailedEvent, unknownEvent, otherEvent]),
    error: outcomeError,
    item: requestItem,
    list: requestList,
    image: imageRecord,
    refusal,
    problem,
    webhook: webhookCall,
    report: uploadReport,
    'batch-event': batchFinishedEvent,
    'callback-event': callbackEvent,
    'new-callback': newCallback,
    callback,
    'callback-problem': callbackProblem,
    deliveries: deliveryList,
    'new-batch': newBatch,
    handed: handedBatch,
    checked: checkedBatch,
    'batch-problem': batchProblem,
    batches: batchList,
    batch,
    lines: lineList,
    order: orderReprocess,
    health,
    session,
  };
  const examples = documents.flatMap(blocksOf).flatMap((block) => {
    const schema = SCHEMAS[block.kind.split(' ')[0] ?? ''];
    return block.language === 'json' && schema ? [[block.place, schema, JSON.parse(block.text)] as const] : [];
  });

  it.each(examples)('%s has just the members of the contract', (_, schema, value) => {
    z.parse(schema, value);
  });

  it('is there for each of these schemas', () => {
    expect(new Set(examples.map(([, schema]) => schema))).toEqual(new Set(Object.values(SCHEMAS)));
  });
});

describe('the documents say what is deployed', () => {
  const template = (name: string): Json =>
    JSON.parse(readFileSync(join(ROOT, 'test/infra/__snapshots__', `${name}.json`), 'utf8'));
  const resources = (name: string, type: string): readonly Json[] =>
    Object.values<Json>(template(name).Resources).filter(({ Type }) => Type === type);

  it.each(['requests', 'results'])('of the queue of %s', (name) => {
    const { address, bindings } = asyncApi.channels[name];
    const { queue } = bindings.sqs;
    expect(queue.name).toBe(address);
    const queues = resources('production-storage', 'AWS::SQS::Queue').map(({ Properties }) => Properties);
    const deployed = queues.find(({ QueueName }) => QueueName === address.replace('{stage}', 'production'));
    expect(deployed).toMatchObject({
      FifoQueue: queue.fifoQueue,
      DeduplicationScope: queue.deduplicationScope,
      FifoThroughputLimit: queue.fifoThroughputLimit,
      ContentBasedDeduplication: false,
    });
  });

  it('of the route that has a function of its own', () => {
    const keys = resources('production-service', 'AWS::ApiGatewayV2::Route').map(
      ({ Properties }) => Properties.RouteKey,
    );
    expect(keys.filter((key) => !key.startsWith('ANY '))).toEqual(['POST /webhooks/autoenhance']);
    expect(openApi.paths).toHaveProperty(['/webhooks/autoenhance', 'post']);
  });
});
