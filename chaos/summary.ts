import { type Finding, NOTES, type NoteName, RULES, type Rule } from './accounting/finding.ts';
import { COUNTS, type CountName } from './accounting.ts';
import type { Run } from './run-seed.ts';
import { shortIds, timeOf } from './timeline.ts';

/** What is kept of one run or of many: plain data, so that it can pass between threads. */
export interface Summary {
  readonly counts: Readonly<Record<CountName, number>>;
  readonly breaches: Readonly<Record<Rule, number>>;
  readonly notes: Readonly<Record<NoteName, number>>;
  /** The first breaches of each run, in words. */
  readonly cases: readonly string[];
  /** The runs in which a promise was broken, each with the first one. */
  readonly failed: readonly { readonly seed: number; readonly rule: Rule }[];
}

const CASES_OF_A_RUN = 5;

export function summaryOf({ account, scenario }: Run, seed: number): Summary {
  const cases = account.breaches
    .slice(0, CASES_OF_A_RUN)
    .map(({ name, at, text }) => `seed ${seed}  ${timeOf(at - scenario.start)}  ${RULES[name]}: ${shortIds(text)}`);
  return {
    counts: account.counts,
    breaches: tally(RULES, account.breaches),
    notes: tally(NOTES, account.notes),
    cases,
    failed: account.breaches.slice(0, 1).map(({ name }) => ({ seed, rule: name })),
  };
}

export const NOTHING: Summary = {
  counts: tally(COUNTS, []),
  breaches: tally(RULES, []),
  notes: tally(NOTES, []),
  cases: [],
  failed: [],
};

export function add(one: Summary, other: Summary): Summary {
  return {
    counts: sum(one.counts, other.counts),
    breaches: sum(one.breaches, other.breaches),
    notes: sum(one.notes, other.notes),
    cases: [...one.cases, ...other.cases],
    failed: [...one.failed, ...other.failed],
  };
}

function tally<Name extends string>(
  names: Readonly<Record<Name, string>>,
  findings: readonly Finding<Name>[],
): Record<Name, number> {
  const numbers = Object.fromEntries(Object.keys(names).map((name) => [name, 0])) as Record<Name, number>;
  for (const { name } of findings) numbers[name] += 1;
  return numbers;
}

function sum<Name extends string>(
  one: Readonly<Record<Name, number>>,
  other: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(one) as Name[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Record<Name, number>;
}
