import type { ExitCode } from '../exit-code.ts';
import type { Connection } from '../profile/connection.ts';
import { numberText, timeText } from '../terminal/numbers.ts';
import type { Probe } from './probe.ts';

export interface Finding {
  readonly about: string;
  readonly state: 'fine' | 'warning' | 'wrong';
  readonly sentence: string;
  readonly remedy?: string;
  readonly exit?: ExitCode;
}

interface Machine {
  readonly version: string;
  readonly connection: Connection;
  /** Epoch ms, by this machine's clock. */
  readonly now: number;
}

/** What a person would check, in the order in which they would. */
export function findingsOf(probe: Probe, machine: Machine): readonly Finding[] {
  const always = [versionOf(machine), reachOf(probe, machine)];
  if (probe.budget === undefined) return always;
  return [
    ...always,
    keyOf(probe),
    clockOf(probe, machine),
    ...regionOf(machine),
    ...budgetOf(probe, machine),
    autoenhanceOf(probe),
    completionsOf(probe, machine),
  ];
}

const fine = (about: string, sentence: string): Finding => ({ about, state: 'fine', sentence });

function versionOf({ version }: Machine): Finding {
  return fine('version', `reprocess ${version}, Node.js ${process.versions.node}`);
}

function reachOf({ failure, elapsedMs }: Probe, { connection }: Machine): Finding {
  const place = `${connection.url} by ${connection.from}`;
  if (failure === undefined) return fine('reach', `${place}, in ${numberText(elapsedMs)} ms`);
  return { about: 'reach', state: 'wrong', sentence: `${place}: ${failure.detail}`, exit: failure.exit };
}

function keyOf({ isOperator }: Probe): Finding {
  return fine(
    'key',
    isOperator ? "valid, an operator's: it sees everything and may pause" : "valid, a partner's: it sees its own",
  );
}

/** A signed URL is refused when a clock is off by more. */
const CLOCK_MS = 60_000;

function clockOf({ serverTime }: Probe, { now }: Machine): Finding {
  if (serverTime === undefined)
    return { about: 'clock', state: 'warning', sentence: 'the service does not say its time' };
  const seconds = Math.round((now - serverTime) / 1000);
  if (Math.abs(now - serverTime) < CLOCK_MS) return fine('clock', "this machine's agrees with the service's");
  const sentence = `this machine's is ${numberText(Math.abs(seconds))} s ${seconds > 0 ? 'ahead' : 'behind'}`;
  return { about: 'clock', state: 'warning', sentence, remedy: 'set it by NTP, since signed addresses depend on it' };
}

function regionOf({ connection }: Machine): readonly Finding[] {
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(connection.url)?.[1];
  return region === undefined ? [] : [fine('region', region)];
}

function budgetOf({ budget }: Probe, { now }: Machine): readonly Finding[] {
  if (budget === undefined) return [];
  const { limit, left, paused, window } = budget;
  const reset = timeText(window.end, now);
  return [
    limit === null || left === null
      ? fine('budget', 'no daily limit is known')
      : left > 0
        ? fine('budget', `${numberText(left)} of ${numberText(limit)} left until ${reset}`)
        : {
            about: 'budget',
            state: 'warning',
            sentence: 'nothing is left of today',
            remedy: `all goes on by itself at ${reset}`,
          },
    paused === null
      ? fine('pause', 'the account is not paused')
      : { about: 'pause', state: 'warning', sentence: `paused: ${paused.detail}`, remedy: remedyOf(paused, now) },
  ];
}

function remedyOf({ until, reason }: { readonly until?: string; readonly reason: string }, now: number): string {
  if (reason === 'daily_limit' || until !== undefined)
    return `it goes on by itself ${until ? `at ${timeText(until, now)}` : ''}`.trim();
  return "reprocess resume, with an operator's key";
}

/** What a person has to repair. */
const FOR_A_PERSON: readonly string[] = ['account_refused', 'api_key_unavailable'];

/** How its calls go is seen by the requests alone. */
function autoenhanceOf({ retried }: Probe): Finding {
  if (retried?.state !== 'waiting') return fine('autoenhance', 'no recent request waits for another attempt');
  const { request_id: id, last_error: error } = retried;
  const remedy = FOR_A_PERSON.includes(error.code)
    ? "the service's operator has to repair the key or the account; the requests go on by themselves then"
    : `they go on by themselves: reprocess request show ${id} says when`;
  const sentence = `requests wait for another attempt, the latest because ${error.detail}`;
  return { about: 'autoenhance', state: 'warning', sentence, remedy };
}

/** Autoenhance takes minutes. */
const LATE_MS = 3_600_000;

/** The webhook itself cannot be seen over HTTP, and what it tells can. */
function completionsOf({ finished, started }: Probe, { now }: Machine): Finding {
  const late = started.filter(({ accepted_at }) => now - Date.parse(accepted_at) > LATE_MS);
  const last = finished
    .map(({ completed_at }) => completed_at ?? '')
    .toSorted()
    .at(-1);
  const sentence = last ? `the last image was finished ${timeText(last, now)}` : 'no image was finished yet';
  if (late.length === 0) return fine('completions', sentence);
  const remedy = "see that the webhook is set in Autoenhance's application, and its alarm";
  return {
    about: 'completions',
    state: 'warning',
    sentence: `${sentence}, and ${late.length} wait for more than an hour`,
    remedy,
  };
}
