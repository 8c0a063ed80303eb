import type { UploadRuntime } from '../../functions/upload-runtime.ts';
import type { Journal } from '../facts.ts';
import type { AwsFault, FaultSchedule } from '../fault-schedule.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Operation, Result, Services } from './aws/services.ts';
import type { Environment, Invocation, Step } from './lambda/environment.ts';

export interface AwsParts {
  readonly services: Services;
  readonly faults: FaultSchedule;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

export type Send = (operation: Operation) => Promise<object>;

/** An operation that is not answered fails after about so long, the SDK's own repeats included. */
const GIVEN_UP_MS = 9000;
const REPEATED_AFTER_MS = 3000;

/** Operations of which a part may be carried out. */
const PARTIAL = ['SendMessageBatch', 'BatchGetItem'];

/** DynamoDB throttles, the others are unavailable. */
const refusalOf = ({ service }: Operation) =>
  service === 'dynamo' ? 'ProvisionedThroughputExceededException' : 'ServiceUnavailable';

/** An environment's way to AWS: what the SDK's clients do, with what a network and a service do to it. */
export function createAws(environment: Environment, parts: AwsParts): Send {
  const { services, faults, scheduler, journal, chance } = parts;

  function begin(operation: Operation, step: Step, settle: (result: Result) => void): void {
    const fault = faultOf(operation, step);
    const respondIn = (ms: number, result: Result) => {
      scheduler.after(ms, () => environment.deliver(() => settle(result)));
    };
    const failIn = (ms: number, name: string) =>
      respondIn(
        ms,
        failure(name, () => noteFailure(operation, step)),
      );
    const unheard = fault === 'refused' ? chance.whole(5, 400) : fault === 'lost' ? GIVEN_UP_MS : undefined;
    if (unheard !== undefined) {
      failIn(unheard, fault === 'refused' ? refusalOf(operation) : 'TimeoutError');
      return;
    }
    const [there, back] = travelTimes(fault);
    scheduler.after(there, () => {
      const result = fault === 'partial' ? partly(operation, step) : services.carryOut(operation, step.invocation);
      step.tookEffect();
      if (fault === 'response_lost') failIn(chance.yes(0.5) ? back : GIVEN_UP_MS, 'TimeoutError');
      else if (fault !== 'repeated') respondIn(back, result);
      else scheduler.after(REPEATED_AFTER_MS, () => respondIn(back, services.carryOut(operation, step.invocation)));
    });
  }

  function faultOf(operation: Operation, { invocation }: Step): AwsFault | undefined {
    const drawn = faults.faultOf(services.partOf(operation), scheduler.now());
    const fault = drawn === 'partial' && !PARTIAL.includes(operation.name) ? 'refused' : drawn;
    if (fault !== undefined) {
      journal.note({ kind: 'fault', text: `${operation.name}: ${fault}`, invocation: invocation.id });
    }
    return fault;
  }

  /** There and back, in ms. */
  function travelTimes(fault: AwsFault | undefined): readonly [number, number] {
    const delay = fault === 'slow' ? chance.whole(200, 8000) : 0;
    const isLateThere = chance.yes(0.5);
    return [chance.whole(1, 12) + (isLateThere ? delay : 0), chance.whole(1, 12) + (isLateThere ? 0 : delay)];
  }

  /** Some of a batch's entries are refused by the service, the others taken; or some of its items left out. */
  function partly(operation: Operation, { invocation }: Step): Result {
    if (operation.name === 'BatchGetItem') return partlyRead(operation, invocation);
    const { Entries } = operation.input as { readonly Entries: readonly { readonly Id: string }[] };
    const taken = Entries.filter(() => chance.yes(0.5));
    const input = { ...operation.input, Entries: taken };
    const response = taken.length === 0 ? {} : services.carryOut({ ...operation, input }, invocation)();
    const refused = Entries.filter((entry) => !taken.includes(entry));
    const Failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', Message: 'unknown', SenderFault: false }));
    return () => ({ ...response, Failed });
  }

  /** DynamoDB leaves out what it has no capacity for. */
  function partlyRead(operation: Operation, invocation: Invocation): Result {
    const { RequestItems } = operation.input as {
      readonly RequestItems: Readonly<Record<string, { Keys: unknown[] }>>;
    };
    const [[table, asked] = ['', { Keys: [] }]] = Object.entries(RequestItems);
    const [first, ...others] = asked.Keys;
    const taken = [first, ...others.filter(() => chance.yes(0.5))];
    const left = asked.Keys.filter((key) => !taken.includes(key));
    const input = { RequestItems: { [table]: { ...asked, Keys: taken } } };
    const result = services.carryOut({ ...operation, input }, invocation);
    return () => ({ ...result(), UnprocessedKeys: left.length === 0 ? {} : { [table]: { ...asked, Keys: left } } });
  }

  function noteFailure({ service, name, input }: Operation, { invocation }: Step): void {
    if (service !== 'dynamo') return;
    const { Key, Item } = input as { readonly Key?: LedgerKey; readonly Item?: LedgerKey };
    const requestId = (Key ?? Item)?.id?.S ?? '';
    journal.note({ kind: 'ledger_failed', requestId, operation: name, invocation: invocation.id });
  }

  return (operation) =>
    new Promise((resolve, reject) => {
      if (environment.isDead()) return;
      const { signal, name } = operation;
      if (signal?.aborted) return reject(errorNamed('AbortError'));
      const step = environment.beginStep(`${name} of ${services.partOf(operation)}`);
      if (step === undefined) return;
      const abort = () => {
        noteFailure(operation, step);
        reject(errorNamed('AbortError'));
      };
      signal?.addEventListener('abort', abort, { once: true });
      begin(operation, step, (result) => {
        signal?.removeEventListener('abort', abort);
        try {
          resolve(result());
        } catch (error) {
          reject(error);
        }
      });
    });
}

interface LedgerKey {
  readonly id?: { readonly S?: string };
}

function failure(name: string, onFailure: () => void): Result {
  return () => {
    onFailure();
    throw errorNamed(name);
  };
}

function errorNamed(name: string): Error {
  return Object.assign(new Error('made by the simulator'), { name });
}

/** What the functions use of AWS. */
export type Clients = Pick<UploadRuntime, 'sqs' | 'dynamo' | 'secrets' | 's3' | 'events'>;

/** The clients of an environment: each command of theirs goes to the models without a detour over HTTP. */
export function clientsOver(send: Send): Clients {
  const client =
    (service: Operation['service']) =>
    (command: { readonly input: object }, options?: { abortSignal?: AbortSignal }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      return send({ service, name, input: command.input, signal: options?.abortSignal });
    };
  // The SDK's `send` is overloaded for every command there is; the adapters call it in this one way.
  const services = ['sqs', 'dynamo', 'secrets', 's3', 'events'] as const;
  return Object.fromEntries(services.map((service) => [service, client(service)])) as unknown as Clients;
}
