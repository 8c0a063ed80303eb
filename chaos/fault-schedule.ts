import type { Chance } from './random.ts';

/** The parts of the system that can fail on their own. */
export type Part = 'ledger' | 'requests' | 'results' | 'secrets' | 'bucket' | 'bus' | 'endpoint';

/** What may happen to one call of a part of AWS. */
export type AwsFault =
  /** Refused at once: throttled or unavailable. */
  | 'refused'
  /** It never arrived, and the SDK gave up waiting. */
  | 'lost'
  /** It took effect, and its response never came. */
  | 'response_lost'
  /** It took effect, the response was lost, and the SDK retried it. */
  | 'repeated'
  | 'slow'
  /** Of a batch, some entries are refused and others taken (SendMessageBatch), or some items left out (BatchGetItem). */
  | 'partial';

/** What may happen to one call of the endpoint. */
export type EndpointFault =
  | 'no_connection'
  | 'reset_before'
  | 'reset_after'
  | 'silent_before'
  | 'silent_after'
  | 'slow'
  | 'acts_late'
  | 'throttled'
  | 'throttled_asked'
  | 'failing'
  | 'unavailable'
  | 'unavailable_asked'
  | 'forbidden'
  /** A gateway answers 504, and the endpoint has acted. */
  | 'gateway_acted'
  /** A gateway answers 502, and nothing reached the endpoint. */
  | 'gateway_down'
  /** A proxy answers 404 in the endpoint's place. */
  | 'proxy_not_found'
  | 'malformed'
  | 'broken_off'
  | 'huge';

export type Fault = AwsFault | EndpointFault;

/** A time in which a part fails. */
export interface FaultWindow {
  readonly part: Part;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** The share of calls that fail, 0 to 1. */
  readonly share: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** Only calls that concern this image. */
  readonly imageId?: string;
}

/** The faults of a run that no window plans, by name. */
export interface SingleFaults {
  /** Notes that one is due. @returns whether it happens */
  happens(kind: string): boolean;
  /** Those that happened. */
  readonly happened: readonly string[];
}

/** @param spared names of those that do not happen */
export function createSingleFaults(spared: ReadonlySet<string> = new Set()): SingleFaults {
  const counts = new Map<string, number>();
  const happened: string[] = [];
  return {
    happened,
    happens(kind) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const name = `${kind} ${count}`;
      if (spared.has(name)) return false;
      happened.push(name);
      return true;
    },
  };
}

export interface FaultSchedule {
  readonly faultWindows: readonly FaultWindow[];
  /** The fault of one call, if any. */
  faultOf(part: Exclude<Part, 'endpoint'>, now: number): AwsFault | undefined;
  endpointFault(imageId: string, now: number): EndpointFault | undefined;
}

const AWS: Record<AwsFault, number> = { refused: 3, lost: 1, response_lost: 2, repeated: 2, slow: 2, partial: 2 };
const ENDPOINT: Record<EndpointFault, number> = {
  no_connection: 3,
  reset_before: 1,
  reset_after: 1,
  silent_before: 1,
  silent_after: 1,
  slow: 3,
  acts_late: 1,
  throttled: 2,
  throttled_asked: 1,
  failing: 3,
  unavailable: 2,
  unavailable_asked: 1,
  forbidden: 0.3,
  gateway_acted: 0.5,
  gateway_down: 0.5,
  proxy_not_found: 0.5,
  malformed: 1,
  broken_off: 1,
  huge: 1,
};

/** Faults that happen at any time. */
const EVER_SHARE = 0.004;

export function createFaultSchedule(
  faultWindows: readonly FaultWindow[],
  chance: Chance,
  everShare = EVER_SHARE,
  singles = createSingleFaults(),
): FaultSchedule {
  function fault(part: Part, imageId: string | undefined, now: number): Fault | undefined {
    const here = faultWindows.filter(
      (faultWindow) => faultWindow.part === part && faultWindow.from <= now && now < faultWindow.until,
    );
    const faultWindow = here.find((one) => one.imageId === undefined || one.imageId === imageId);
    if (faultWindow !== undefined && chance.yes(faultWindow.share))
      return chance.weighted(faultWindow.faults as Record<Fault, number>);
    if (!chance.yes(everShare)) return undefined;
    const single = part === 'endpoint' ? chance.weighted(ENDPOINT) : chance.weighted(AWS);
    return singles.happens(`${part}: ${single}`) ? single : undefined;
  }

  return {
    faultWindows,
    faultOf: (part, now) => fault(part, undefined, now) as AwsFault | undefined,
    endpointFault: (imageId, now) => fault('endpoint', imageId, now) as EndpointFault | undefined,
  };
}
