import { NOTES, RULES } from './accounting/finding.ts';
import type { Account } from './accounting.ts';
import type { Fact } from './facts.ts';
import type { Scenario } from './scenario.ts';

/** One line for each fact: time since the start, kind and details. */
export function timelineOf(facts: readonly Fact[], start: number): readonly string[] {
  return facts.map(({ at, kind, ...rest }) => {
    const details = Object.entries(rest).map(([name, value]) => `${name}=${short(value)}`);
    return `${timeOf(at - start)}  ${kind.padEnd(14)} ${details.join('  ')}`;
  });
}

/** All findings, one line each, in the order of time. */
export function findingsOf({ breaches, notes }: Pick<Account, 'breaches' | 'notes'>, start: number): readonly string[] {
  const all = [
    ...notes.map(({ name, at, text }) => ({ at, text: `allowed  ${NOTES[name]}: ${text}` })),
    ...breaches.map(({ name, at, text }) => ({ at, text: `BROKEN   ${RULES[name]}: ${text}` })),
  ];
  return all.sort((one, other) => one.at - other.at).map(({ at, text }) => `${timeOf(at - start)}  ${short(text)}`);
}

/** `1:02:03.004`: hours, minutes, seconds and ms. */
export function timeOf(ms: number): string {
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms / 1000) % 60];
  return `${hours}:${String(minutes).padStart(2, '0')}:${seconds.toFixed(3).padStart(6, '0')}`;
}

/** The fault windows, one line each. */
export function faultScheduleText({ faultWindows, start }: Scenario): readonly string[] {
  return faultWindows.map(({ part, from, until, share, faults, imageId }, index) => {
    const where = imageId === undefined ? part : `${part}, for ${imageId} alone`;
    const what = `${Object.keys(faults).join(', ')} in ${share * 100} % of all calls`;
    return `${timeOf(from - start)}  window ${index + 1}, until ${timeOf(until - start)}: ${where}: ${what}`;
  });
}

const LONGEST = 160;
/** The beginning of a request id is unique within a run. */
const REQUEST_ID = /((?:http|sqs|upload):[0-9a-f]{10})[0-9a-f]{54}/g;

export function shortIds(text: string): string {
  return text.replaceAll(REQUEST_ID, '$1');
}

function short(value: unknown): string {
  const text = shortIds(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
