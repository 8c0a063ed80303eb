import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fits } from './event-bus/pattern.ts';
import { type Guard, OPEN, sendRefusal } from './guard.ts';
import { toServiceCall } from './guarded-listener.ts';
import type { Answer } from './lambda/execution-environment.ts';
import { claimPort } from './ports.ts';
import { listen, textOf } from './sandbox/listen.ts';
import type { RulePlan } from './service-plan.ts';
import { ACCOUNT, REGION } from './template/identities.ts';

/** An event as a rule sees it and a function gets it. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
}

export interface Delivery {
  readonly rules: readonly RulePlan[];
  readonly invoke: (functionName: string, event: unknown) => Promise<Answer>;
  /** Takes an event that a function failed as often as Lambda would invoke it. */
  readonly setAside: (functionName: string, event: unknown) => Promise<void>;
}

export interface EventBus {
  /** For AWS_ENDPOINT_URL_EVENTBRIDGE. */
  readonly url: string;
  /** Until then, events are lost. */
  serve(delivery: Delivery): void;
  put(event: BusEvent): void;
  /** Delivers nothing more, and waits so many ms for the functions that are at work. */
  stop(graceMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface EventBusOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** Decides who may do what; without it everybody may do everything. */
  readonly guard?: Guard;
}

/** Before each further attempt. Lambda waits one minute, then two. */
const PAUSES_MS = [1000, 2000];

/**
 * A stand-in for EventBridge's default bus (PutEvents) and for Lambda's asynchronous invocation behind it: an event is
 * handed to each rule's function up to three times, and then set aside. Nothing of it outlives the process.
 * @throws PortInUse
 */
export async function startEventBus({ port = 0, guard = OPEN }: EventBusOptions = {}): Promise<EventBus> {
  let delivery: Delivery | undefined;
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function deliver(functionName: string, event: unknown, to: Delivery): Promise<void> {
    for (const pause of [0, ...PAUSES_MS]) {
      await sleep(pause, undefined, { signal: stopping.signal });
      if (!('error' in (await to.invoke(functionName, event)))) return;
    }
    await to.setAside(functionName, event);
  }

  function put({ source, detail, resources = [], ...type }: BusEvent): string {
    const id = randomUUID();
    const head = { version: '0', id, account: ACCOUNT, region: REGION, time: new Date().toISOString() };
    const event = { ...head, ...type, source, resources, detail };
    for (const { pattern, functionName } of delivery?.rules ?? []) {
      if (stopping.signal.aborted || delivery === undefined || !fits(event, pattern)) continue;
      // Cut off by stopping, at the most.
      const delivering = deliver(functionName, event, delivery).catch(() => {});
      underWay.add(delivering);
      delivering.finally(() => underWay.delete(delivering));
    }
    return id;
  }

  const server = await claimPort('EventBridge', port, () =>
    listen(port, async (request, response) => {
      const text = await textOf(request);
      const refusal = guard.check(toServiceCall('events', request, text));
      if (refusal !== undefined) return sendRefusal(response, refusal);
      const { Entries = [] } = JSON.parse(text) as { readonly Entries?: readonly PutEntry[] };
      const results = Entries.map(({ Source, DetailType, Detail }) => ({
        EventId: put({ source: Source, 'detail-type': DetailType, detail: JSON.parse(Detail) }),
      }));
      const body = JSON.stringify({ FailedEntryCount: 0, Entries: results });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    }),
  );

  return {
    url: server.url,
    serve(to) {
      delivery = to;
    },
    put: (event) => void put(event),
    async stop(graceMs) {
      stopping.abort();
      await Promise.race([Promise.all(underWay), sleep(graceMs, undefined, { ref: false })]);
    },
    close: server.close,
  };
}

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}
