import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AsynchronousInvocation, invokeAsynchronously, RETRY_PAUSES_MS } from './asynchronous-invocation.ts';
import { type KeptEvent, openKeptEvents } from './event-bus/kept-events.ts';
import { fits } from './event-bus/pattern.ts';
import { ALLOW_ALL, type Guard, sendRefusal } from './guard.ts';
import { toServiceCall } from './guarded-listener.ts';
import { claimPort } from './ports.ts';
import { listen, textOf } from './sandbox/listen.ts';
import type { RulePlan } from './service-plan.ts';
import { ACCOUNT, REGION } from './template/identities.ts';

/** An event for rules and functions. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
}

export interface Delivery extends AsynchronousInvocation {
  readonly rules: readonly RulePlan[];
}

export interface EventBus {
  /** For AWS_ENDPOINT_URL_EVENTBRIDGE. */
  readonly url: string;
  /** Begins to deliver, first the stored events of an earlier process. Before this, events are lost. */
  serve(delivery: Delivery): void;
  put(event: BusEvent): void;
  /** Stops delivering, and waits so many ms for running functions. */
  stop(graceMs: number): Promise<void>;
  /** Resolves when no delivery is running. After a stop that requires the functions to be stopped too. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface EventBusOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** A directory that keeps undelivered events across restarts. */
  readonly keep?: string | undefined;
  /** Checks permissions; without it, everything is allowed. */
  readonly guard?: Guard;
  /** Before each further attempt. */
  readonly pausesMs?: readonly number[];
}

/**
 * A stand-in for EventBridge's default bus (PutEvents), with Lambda's asynchronous invocation behind it. A delivery that a stop
 * interrupts is made again at the next start.
 * @throws PortInUse
 */
export async function startEventBus({
  port = 0,
  keep,
  guard = ALLOW_ALL,
  pausesMs = RETRY_PAUSES_MS,
}: EventBusOptions = {}): Promise<EventBus> {
  const kept = openKeptEvents(keep);
  let delivery: Delivery | undefined;
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  function begin(event: KeptEvent, to: Delivery): void {
    // Only a stop makes it reject. Then the event stays stored for the next start.
    const by = { stop: stopping.signal, pausesMs };
    const delivering = invokeAsynchronously(to, event.functionName, event.event, by)
      .then(() => kept.remove(event))
      .catch(() => {});
    underWay.add(delivering);
    void delivering.finally(() => underWay.delete(delivering));
  }

  const idle = async () => void (await Promise.all(underWay));

  function put({ source, detail, resources = [], ...type }: BusEvent): string {
    const id = randomUUID();
    const head = { version: '0', id, account: ACCOUNT, region: REGION, time: new Date().toISOString() };
    const event = { ...head, ...type, source, resources, detail };
    for (const { pattern, functionName } of delivery?.rules ?? []) {
      if (delivery === undefined || !fits(event, pattern)) continue;
      begin(kept.add(functionName, event), delivery);
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
      const known = new Set(to.rules.map(({ functionName }) => functionName));
      for (const event of kept.all()) {
        if (known.has(event.functionName)) begin(event, to);
        else kept.remove(event);
      }
    },
    put: (event) => void put(event),
    async stop(graceMs) {
      stopping.abort();
      await Promise.race([idle(), sleep(graceMs, undefined, { ref: false })]);
    },
    idle,
    async close() {
      await server.close();
      kept.close();
    },
  };
}

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}
