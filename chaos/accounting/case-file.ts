import type { Outcome } from '../../functions/core/outcome/outcome.ts';
import type { Fact, FactOf } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import { type Call, callsOf } from './calls.ts';
import { type Message, messagesOf } from './messages.ts';

/** What happened in a run, put in order for the checks. */
export interface CaseFile {
  readonly scenario: Scenario;
  readonly facts: readonly Fact[];
  readonly messages: readonly Message[];
  readonly messagesById: ReadonlyMap<string, Message>;
  readonly calls: readonly Call[];
  /** The first message of each request, by request id: the one that the ledger knows under this id. */
  readonly owners: ReadonlyMap<string, Message>;
  /** By request id. */
  readonly callsFor: ReadonlyMap<string, readonly Call[]>;
  readonly known: ReadonlyMap<string, FactOf<'known'>>;
  readonly recorded: ReadonlyMap<string, FactOf<'recorded'>>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** An event's first publication, by event id. */
  readonly published: ReadonlyMap<string, FactOf<'published'>>;
  /** All of an event's publications. */
  publicationsOf(eventId: string): readonly FactOf<'published'>[];
  /** In its image's order, counted from 0: when a request was accepted first. */
  readonly ranks: ReadonlyMap<string, number>;
  of<Kind extends Fact['kind']>(kind: Kind): readonly FactOf<Kind>[];
  /** Of a request, in order. What was written of the end of its image: */
  completionsOf(requestId: string): readonly FactOf<'completed'>[];
  claimsOf(requestId: string): readonly FactOf<'claimed'>[];
  waitsOf(requestId: string): readonly FactOf<'waiting'>[];
  /** Writes of a request to the ledger that returned an error. */
  failedWrites(requestId: string): readonly FactOf<'ledger_failed'>[];
  /** How an invocation's process died, or that it was cut off. */
  crashOf(invocation: number): FactOf<'killed' | 'cut_off'> | undefined;
  /** Whether anything went wrong for an invocation but what it did itself. */
  isDisturbed(invocation: number): boolean;
  /** Whether an operation of it met a fault, or nothing reached its container for a while. */
  isHeldUp(invocation: number): boolean;
  /** Whether a fault met its container in the seconds before an invocation, which may still go by what it knew then. */
  wasHeldUp(invocation: number): boolean;
  /** The most receives of the messages that an invocation was given. */
  highestCount(invocation: number): number;
  /** The container that an invocation ran in. */
  environmentOf(invocation: number): string;
  /** Epoch ms at which something went wrong anywhere, in order. */
  readonly disturbances: readonly number[];
}

/** A secret that could not be read is not asked for again for some seconds. */
const REMEMBERED_MS = 15_000;

/** Responses that say nothing of the endpoint's health. */
const ORDINARY: readonly unknown[] = [200, 403, 404, 422];

export function openCaseFile(facts: readonly Fact[], scenario: Scenario): CaseFile {
  const byKind = Map.groupBy(facts, ({ kind }) => kind);
  const of = <Kind extends Fact['kind']>(kind: Kind) => (byKind.get(kind) ?? []) as unknown as readonly FactOf<Kind>[];
  const messages = messagesOf(facts, scenario.submissions);
  const calls = callsOf(facts);
  const owners = firstOf(messages.filter(isOwner), ({ requestId }) => requestId);
  const recorded = new Map(of('recorded').map((fact) => [fact.requestId, fact]));
  const publications = Map.groupBy(of('published'), ({ eventId }) => eventId);
  const crashes = new Map([...of('killed'), ...of('cut_off')].map((fact) => [fact.invocation, fact]));
  const environments = new Map(of('began').map(({ invocation, environment }) => [invocation, environment]));
  const beginnings = new Map(of('began').map(({ invocation, at }) => [invocation, at]));
  const faultsIn = Map.groupBy(of('fault'), ({ invocation }) => environments.get(invocation) ?? '');
  const stalled = stalledInvocations(of('began'), of('stalled'), environments);
  const heldUp = new Set([...of('fault').map(({ invocation }) => invocation), ...stalled]);
  const troubled = new Set([...heldUp, ...crashes.keys()]);
  const counts = new Map<number, number>();
  for (const { invocation, count } of of('received'))
    counts.set(invocation, Math.max(count, counts.get(invocation) ?? 0));
  return {
    scenario,
    facts,
    messages,
    messagesById: new Map(messages.map((message) => [message.messageId, message])),
    calls,
    owners,
    callsFor: Map.groupBy(calls, ({ claim }) => claim?.requestId ?? ''),
    known: new Map(of('known').map((fact) => [fact.requestId, fact])),
    recorded,
    outcomes: new Map([...recorded].map(([id, { outcome }]) => [id, JSON.parse(outcome) as Outcome])),
    published: firstOf(of('published'), ({ eventId }) => eventId),
    publicationsOf: (eventId) => publications.get(eventId) ?? [],
    ranks: new Map([...owners.keys()].map((id, rank) => [id, rank])),
    of,
    completionsOf: byRequest(of('completed')),
    claimsOf: byRequest(of('claimed')),
    waitsOf: byRequest(of('waiting')),
    failedWrites: byRequest(of('ledger_failed')),
    crashOf: (invocation) => crashes.get(invocation),
    isDisturbed: (invocation) => troubled.has(invocation),
    isHeldUp: (invocation) => heldUp.has(invocation),
    wasHeldUp(invocation) {
      const from = beginnings.get(invocation) ?? 0;
      const faults = faultsIn.get(environments.get(invocation) ?? '') ?? [];
      return faults.some(({ at }) => at >= from - REMEMBERED_MS && at <= from);
    },
    highestCount: (invocation) => counts.get(invocation) ?? 0,
    environmentOf: (invocation) => environments.get(invocation) ?? '',
    disturbances: facts.filter(isDisturbance).map(({ at }) => at),
  };
}

/** A container that nothing reaches may still be so in its next invocation. */
function stalledInvocations(
  began: readonly FactOf<'began'>[],
  stalls: readonly FactOf<'stalled'>[],
  environments: ReadonlyMap<number, string>,
): ReadonlySet<number> {
  const found = new Set(stalls.map(({ invocation }) => invocation));
  for (const stall of stalls) {
    const environment = environments.get(stall.invocation);
    for (const { invocation, environment: other, at } of began) {
      if (other === environment && at >= stall.at && at <= stall.at + stall.ms) found.add(invocation);
    }
  }
  return found;
}

function byRequest<Kind extends { readonly requestId: string }>(facts: readonly Kind[]) {
  const groups = Map.groupBy(facts, ({ requestId }) => requestId);
  return (requestId: string): readonly Kind[] => groups.get(requestId) ?? [];
}

function isDisturbance(fact: Fact): boolean {
  if (fact.kind === 'call_ended') return !ORDINARY.includes(fact.how);
  return fact.kind === 'fault' || fact.kind === 'killed' || fact.kind === 'stalled' || fact.kind === 'cut_off';
}

function isOwner(message: Message): boolean {
  return message.isOwner && !message.isAstray;
}

function firstOf<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): ReadonlyMap<string, Entry> {
  const first = new Map<string, Entry>();
  for (const entry of entries) if (!first.has(keyOf(entry))) first.set(keyOf(entry), entry);
  return first;
}
