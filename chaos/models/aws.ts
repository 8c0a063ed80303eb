import type { Runtime } from '../../functions/runtime.ts';
import type { Journal } from '../facts.ts';
import type { AwsFault, FaultSchedule } from '../fault-schedule.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Operation, Result, Services } from './aws/services.ts';
import type { Environment, Step } from './lambda/environment.ts';

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
      failIn(unheard, fault === 'refused' ? 'ServiceUnavailable' : 'TimeoutError');
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
    const fault = drawn === 'partial' && operation.name !== 'SendMessageBatch' ? 'refused' : drawn;
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

  /** Some of a batch's entries are refused by the service, the others taken. */
  function partly(operation: Operation, { invocation }: Step): Result {
    const { Entries } = operation.input as { readonly Entries: readonly { readonly Id: string }[] };
    const taken = Entries.filter(() => chance.yes(0.5));
    const input = { ...operation.input, Entries: taken };
    const response = taken.length === 0 ? {} : services.carryOut({ ...operation, input }, invocation)();
    const refused = Entries.filter((entry) => !taken.includes(entry));
    const Failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', Message: 'unknown', SenderFault: false }));
    return () => ({ ...response, Failed });
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

/** The clients of an environment: each command of theirs goes to the models without a detour over HTTP. */
export function clientsOver(send: Send): Pick<Runtime, 'sqs' | 'dynamo' | 'secrets'> {
  const client =
    (service: Operation['service']) =>
    (command: { readonly input: object }, options?: { abortSignal?: AbortSignal }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      return send({ service, name, input: command.input, signal: options?.abortSignal });
    };
  // The SDK's `send` is overloaded for every command there is; the adapters call it in this one way.
  return { sqs: client('sqs'), dynamo: client('dynamo'), secrets: client('secrets') } as unknown as Runtime;
}
