import type { Entry, Settings } from './entries.ts';
import type { Journal } from './facts.ts';
import type { FaultSchedule, SingleFaults } from './fault-schedule.ts';
import { sdkClientsOver, warmUpSdk } from './models/aws/sdk-clients.ts';
import type { Services } from './models/aws/services.ts';
import { warmUpSigner } from './models/aws/signer.ts';
import { clientsOver, createAws } from './models/aws.ts';
import type { Endpoint } from './models/endpoint.ts';
import type { Environment } from './models/lambda/environment.ts';
import { createLambda, type Lambda } from './models/lambda.ts';
import { createTransport } from './models/network.ts';
import { createPost, type Receivers } from './models/receivers.ts';
import { createSurroundings } from './models/surroundings.ts';
import type { Chance } from './random.ts';
import { createMishaps } from './scenario/mishaps.ts';
import type { Scenario } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';

export interface FunctionsParts {
  readonly scenario: Scenario;
  readonly services: Services;
  readonly endpoint: Endpoint;
  readonly receivers: Receivers;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly faults: FaultSchedule;
  readonly singles: SingleFaults;
  readonly chance: Chance;
}

/** The service's functions over the models, each with the same wiring as deployed. */
export interface Functions {
  start(name: string, timeoutMs: number, entry: Entry): Lambda;
  /** Resolves when they may be invoked. */
  ready(): Promise<void>;
  dispose(): void;
}

export function createFunctions({
  scenario,
  services,
  endpoint,
  receivers,
  singles,
  ...base
}: FunctionsParts): Functions {
  const clients = scenario.overSdk ? sdkClientsOver : clientsOver;
  const nextInvocation = counter();
  const nextCall = counter();
  const settings = settingsOf(scenario);
  const started: Lambda[] = [];

  return {
    start(name, timeoutMs, entry) {
      const own = { ...base, chance: base.chance.fork(name) };
      const boot = (environment: Environment) => {
        const aws = createAws(environment, { ...own, services });
        const runtime = { ...clients(aws), ...createSurroundings(environment, own) };
        const transport = createTransport(environment, { ...own, endpoint, nextCall });
        return entry(runtime, transport, settings, createPost(environment, { ...own, receivers }));
      };
      const mishapOf = createMishaps(name, scenario.mishapShare, own.chance.fork('mishaps'), singles);
      const { clocksJump } = scenario;
      const lambda = createLambda({ ...own, name, timeoutMs, boot, mishapOf, nextInvocation, clocksJump });
      started.push(lambda);
      return lambda;
    },
    ready: async () => {
      if (scenario.overSdk) await warmUpSdk();
      if (scenario.batches.some(({ upload }) => upload !== undefined)) await warmUpSigner();
    },
    dispose() {
      for (const { dispose } of started) dispose();
    },
  };
}

function settingsOf({ freeReceives, callsPerSecond, bulkDepth, limit }: Scenario): Settings {
  return {
    FREE_RECEIVES: freeReceives,
    CALLS_PER_SECOND: callsPerSecond,
    BULK_DEPTH: bulkDepth,
    ...(limit && { DAILY_LIMIT: limit.calls, DAILY_RESET: { everyMs: limit.everyMs } }),
  };
}

function counter(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}
