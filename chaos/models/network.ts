import {
  type HttpRequest,
  type HttpResponse,
  type Transport,
  TransportFailed,
} from '../../functions/adapters/autoenhance/http-request.ts';
import type { Journal } from '../facts.ts';
import type { EndpointFault, FaultSchedule } from '../fault-schedule.ts';
import { poisonOf } from '../poison.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { type Endpoint, type ProcessCall, readCall, readReadCall } from './endpoint.ts';
import type { Environment, Step } from './lambda/environment.ts';

export interface NetworkParts {
  readonly endpoint: Endpoint;
  readonly faults: FaultSchedule;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
  /** Numbers the calls of all environments. */
  readonly nextCall: () => number;
}

type Outcome =
  | { readonly how: number | 'proxy'; readonly response: HttpResponse }
  | { readonly how: 'not_sent' | 'lost'; readonly timedOut: boolean };

/** Faults in which the call arrives, and nothing comes back. */
const SILENT: readonly (EndpointFault | undefined)[] = [
  'silent_before',
  'silent_after',
  'reset_before',
  'reset_after',
  'acts_late',
];

/** Faults in which a response comes that cannot be read. */
const SPOILING: readonly EndpointFault[] = ['malformed', 'broken_off', 'huge'];

/** An environment's way to the endpoint: what the real transport does, with what a network and a server do to it. */
export function createTransport(environment: Environment, parts: NetworkParts): Transport {
  const { endpoint, faults, scheduler, journal, chance } = parts;

  /** A call ends once: with an outcome, when its time is over, or when its caller gives it up. */
  function ending(call: HttpRequest, onEnd: (outcome: Outcome) => void) {
    let hasEnded = false;
    const end = (outcome: Outcome) =>
      environment.deliver(() => {
        if (hasEnded) return;
        hasEnded = true;
        cancelTimeout();
        call.signal.removeEventListener('abort', giveUp);
        onEnd(outcome);
      });
    const giveUp = () => end({ how: 'lost', timedOut: true });
    const cancelTimeout = scheduler.after(call.attemptTimeoutMs, giveUp);
    call.signal.addEventListener('abort', giveUp);
    return { end, hasEnded: () => hasEnded };
  }

  function begin(call: HttpRequest, step: Step, settle: (outcome: Outcome) => void): void {
    const arrived = readCall(call);
    const number = parts.nextCall();
    const { imageId, preferences } = arrived;
    journal.note({ kind: 'call_began', call: number, imageId, preferences, invocation: step.invocation.id });
    const poison = poisonOf(preferences);
    if (poison === 'on_sending') {
      environment.kill('poison, when it was about to be sent', String(preferences.ref));
      return;
    }
    const { end, hasEnded } = ending(call, (outcome) => {
      journal.note({ kind: 'call_ended', call: number, how: outcome.how, ...askedBy(outcome) });
      settle(outcome);
    });
    const act = () => {
      journal.note({ kind: 'acted', call: number, isLate: hasEnded() || environment.isDead() });
      endpoint.act(arrived, number);
    };
    meet(faults.endpointFault(imageId, scheduler.now()), arrived, call, {
      act,
      end,
      step,
      poison: poison === 'on_answer',
    });
  }

  interface Ends {
    readonly act: () => void;
    readonly end: (outcome: Outcome) => void;
    readonly step: Step;
    readonly poison: boolean;
  }

  function meet(fault: EndpointFault | undefined, arrived: ProcessCall, call: HttpRequest, ends: Ends): void {
    const { act, end, step } = ends;
    const travel = chance.whole(10, 60);
    if (fault === 'no_connection') {
      const timedOut = chance.yes(0.3);
      const ms = timedOut ? call.connectTimeoutMs : travel;
      scheduler.after(ms, () => end({ how: 'not_sent', timedOut }));
      return;
    }
    call.onSent?.();
    const late = call.attemptTimeoutMs + chance.whole(500, 120_000);
    if (fault === 'acts_late') scheduler.after(late, () => tryToAct(arrived, act));
    const work = fault === 'slow' ? chance.whole(2000, 14_000) : chance.whole(40, 700);
    scheduler.after(travel + work, () => {
      if (fault === 'silent_after' || fault === 'reset_after') tryToAct(arrived, act);
      step.tookEffect();
      if (fault === 'reset_before' || fault === 'reset_after') end({ how: 'lost', timedOut: false });
      if (SILENT.includes(fault)) return;
      const answer = endpoint.responseTo(arrived, fault, scheduler.now());
      if (answer.acts) act();
      const { response } = answer;
      if (ends.poison) environment.kill('poison, when its response came', String(arrived.preferences.ref));
      scheduler.after(chance.whole(5, 40), () =>
        end({ how: fault === 'proxy_not_found' ? 'proxy' : response.status, response }),
      );
    });
  }

  /** A call that reads: it changes nothing, and counts for nothing but the rate. */
  function read(call: HttpRequest, step: Step, settle: (outcome: Outcome) => void): void {
    const asked = readReadCall(call);
    const what = asked.imageId ?? asked.orderId ?? '';
    journal.note({ kind: 'read_began', what, invocation: step.invocation.id });
    const fault = faults.endpointFault(asked.imageId ?? '', scheduler.now());
    const { end } = ending(call, (outcome) => {
      const isStale = endpoint.isStale(what);
      const isSpoilt = fault !== undefined && SPOILING.includes(fault);
      journal.note({ kind: 'read_ended', what, how: outcome.how, isStale, isSpoilt, invocation: step.invocation.id });
      settle(outcome);
    });
    const ms = chance.whole(20, 100) + (fault === 'slow' ? chance.whole(2000, 14_000) : chance.whole(10, 200));
    if (fault === 'no_connection') scheduler.after(ms, () => end({ how: 'not_sent', timedOut: false }));
    else if (fault === 'reset_before' || fault === 'reset_after') {
      scheduler.after(ms, () => end({ how: 'lost', timedOut: false }));
    } else if (!SILENT.includes(fault)) {
      scheduler.after(ms, () => {
        step.tookEffect();
        const response = endpoint.read(asked, fault, scheduler.now());
        end({ how: fault === 'proxy_not_found' ? 'proxy' : response.status, response });
      });
    }
  }

  // Whatever comes of the response, the endpoint refuses what it always refuses.
  function tryToAct(arrived: ProcessCall, act: () => void): void {
    if (endpoint.responseTo(arrived, undefined, scheduler.now()).acts) act();
  }

  return (call) =>
    new Promise((resolve, reject) => {
      if (environment.isDead()) return;
      if (call.signal.aborted) return reject(new TransportFailed('cut off', { sent: false, timedOut: true }));
      const step = environment.beginStep('a call of the endpoint');
      if (step === undefined) return;
      const go = call.method === 'GET' ? read : begin;
      go(call, step, (outcome) => {
        if ('response' in outcome) return resolve(outcome.response);
        const { how, timedOut } = outcome;
        reject(new TransportFailed(how, { sent: how === 'lost', timedOut }));
      });
    });
}

/** Seconds that the endpoint asks to be left alone. */
function askedBy(outcome: Outcome): { readonly retryAfter?: number } {
  const header = 'response' in outcome ? outcome.response.headers['retry-after'] : undefined;
  if (header === undefined || !('response' in outcome)) return {};
  const { date } = outcome.response.headers;
  const retryAfter = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.parse(date ?? '')) / 1000;
  return { retryAfter };
}
