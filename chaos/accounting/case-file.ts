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
  readonly calls: readonly Call[];
  /** The first message of each request, by request id: the one that the ledger knows under this id. */
  readonly owners: ReadonlyMap<string, Message>;
  /** By request id. */
  readonly callsFor: ReadonlyMap<string, readonly Call[]>;
  readonly recorded: ReadonlyMap<string, FactOf<'recorded'>>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** An event's first publication, by event id. */
  readonly published: ReadonlyMap<string, FactOf<'published'>>;
  /** In its image's order, counted from 0: when a request was accepted first. */
  readonly ranks: ReadonlyMap<string, number>;
  of<Kind extends Fact['kind']>(kind: Kind): readonly FactOf<Kind>[];
}

export function openCaseFile(facts: readonly Fact[], scenario: Scenario): CaseFile {
  const byKind = Map.groupBy(facts, ({ kind }) => kind);
  const of = <Kind extends Fact['kind']>(kind: Kind) => (byKind.get(kind) ?? []) as unknown as readonly FactOf<Kind>[];
  const messages = messagesOf(facts, scenario.submissions);
  const calls = callsOf(facts);
  const owners = firstOf(messages.filter(isOwner), ({ requestId }) => requestId);
  const recorded = new Map(of('recorded').map((fact) => [fact.requestId, fact]));
  return {
    scenario,
    facts,
    messages,
    calls,
    owners,
    callsFor: Map.groupBy(calls, ({ claim }) => claim?.requestId ?? ''),
    recorded,
    outcomes: new Map([...recorded].map(([id, { outcome }]) => [id, JSON.parse(outcome) as Outcome])),
    published: firstOf(of('published'), ({ eventId }) => eventId),
    ranks: new Map([...owners.keys()].map((id, rank) => [id, rank])),
    of,
  };
}

function isOwner(message: Message): boolean {
  return message.isOwner && !message.isAstray;
}

function firstOf<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): ReadonlyMap<string, Entry> {
  const first = new Map<string, Entry>();
  for (const entry of entries) if (!first.has(keyOf(entry))) first.set(keyOf(entry), entry);
  return first;
}
