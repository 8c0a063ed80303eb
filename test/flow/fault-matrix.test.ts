import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../local/sandbox/faults.ts';
import { type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
});
afterAll(() => flow.end());

const actsOf = (imageId: string) =>
  flow.sandbox.calls().filter((call) => call.imageId === imageId && call.acted).length;
const callsOf = (imageId: string) => flow.sandbox.calls().filter((call) => call.imageId === imageId).length;

interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly calls: number;
  readonly acts: number;
  readonly event: object;
}

const succeeded = (attempts: number, more: object = {}) => ({
  type: 'reprocess.succeeded',
  data: { attempts, ...more },
});
const failed = (code: string, status: number) => ({
  type: 'reprocess.failed',
  data: { attempts: 1, error: { code, status } },
});
const once = { times: 1 } as const;

/** What each fault that a socket can show comes to. Those that make a container hold have a test of their own below. */
const QUICK: readonly Case[] = [
  { name: '500 once', fault: { kind: 'status', status: 500, ...once }, calls: 2, acts: 1, event: succeeded(2) },
  { name: '503 twice', fault: { kind: 'status', status: 503, times: 2 }, calls: 3, acts: 1, event: succeeded(3) },
  { name: '408 once', fault: { kind: 'status', status: 408, ...once }, calls: 2, acts: 1, event: succeeded(2) },
  { name: '403 once', fault: { kind: 'status', status: 403, ...once }, calls: 2, acts: 1, event: succeeded(2) },
  { name: '404', fault: { kind: 'status', status: 404 }, calls: 1, acts: 0, event: failed('not_found', 404) },
  { name: '422', fault: { kind: 'status', status: 422 }, calls: 1, acts: 0, event: failed('invalid_preferences', 422) },
  { name: '400', fault: { kind: 'status', status: 400 }, calls: 1, acts: 0, event: failed('refused', 400) },
  {
    name: 'a redirect once',
    fault: { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/' }, ...once },
    calls: 2,
    acts: 1,
    event: succeeded(2),
  },
  {
    name: 'a 404 of a proxy once',
    fault: { kind: 'status', status: 404, body: 'no backend', headers: { 'content-type': 'text/plain' }, ...once },
    calls: 2,
    acts: 1,
    event: succeeded(2),
  },
  {
    name: 'a 422 of a gateway once',
    fault: { kind: 'status', status: 422, body: { message: 'Unprocessable' }, ...once },
    calls: 2,
    acts: 1,
    event: succeeded(2),
  },
  {
    name: 'an encoding that is none',
    fault: {
      kind: 'status',
      status: 200,
      body: { status: 'new' },
      headers: { 'content-encoding': 'utf-8' },
      acts: true,
    },
    calls: 1,
    acts: 1,
    event: succeeded(1, { image: { status: 'new' }, warnings: [] }),
  },
  {
    name: 'malformed JSON',
    fault: { kind: 'malformed' },
    calls: 1,
    acts: 1,
    event: succeeded(1, { image: null, warnings: [expect.stringContaining('not JSON')] }),
  },
  {
    name: 'a response that is too long',
    fault: { kind: 'oversized' },
    calls: 1,
    acts: 1,
    event: succeeded(1, { image: null, warnings: [expect.stringContaining('too long')] }),
  },
  {
    name: 'a response that breaks off',
    fault: { kind: 'broken_body' },
    calls: 1,
    acts: 1,
    event: succeeded(1, { image: null }),
  },
  { name: 'a slow answer', fault: { kind: 'delay', delayMs: 2500 }, calls: 1, acts: 1, event: succeeded(1) },
];

describe('a request that meets', () => {
  it.concurrent.each(QUICK)(
    '$name ends as it should, with no call too many',
    async ({ name, fault, calls, acts, event }) => {
      const image = `fault-${name.replaceAll(' ', '-')}`;
      flow.sandbox.fail({ ...fault, imageId: image });
      await flow.queueRequest({ image_id: image, preferences: { name } });
      const events = await flow.eventsOf(image);
      expect(events).toEqual([expect.objectContaining({ type: (event as { type: string }).type })]);
      expect(events[0]).toMatchObject(event);
      expect([callsOf(image), actsOf(image)]).toEqual([calls, acts]);
    },
  );
});
