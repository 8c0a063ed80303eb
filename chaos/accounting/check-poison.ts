import { MAX_OPEN_CLAIMS } from '../../functions/core/ledger-rules.ts';
import { LIMITS } from '../stage.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import type { Message } from './messages.ts';

/** Beyond what its own deaths and the weather cost, a poison request may hold its image up for so long. */
const SLACK_MS = 30 * 60_000;

/** A request that kills its environment ends after three deaths; the others of its batches do not pay for it. */
export function checkPoison(file: CaseFile, pad: Pad): void {
  const poisonous = file.messages.filter(({ poison, isOwner, isAstray }) => poison && isOwner && !isAstray);
  for (const message of poisonous) checkOne(message, file, pad);
  const toBlame = new Set(poisonous.map(({ requestId }) => requestId));
  for (const { requestId, code, at } of file.of('recorded')) {
    if (code !== 'internal' || toBlame.has(requestId)) continue;
    if (file.messages.some((message) => message.requestId === requestId && message.isAstray)) continue;
    const { deaths, byPoison, unnoted } = deathsOf(requestId, file);
    const text = `${requestId}: ${deaths} of its claims died, ${byPoison} of them by a poison request beside it`;
    if (deaths >= MAX_OPEN_CLAIMS && byPoison === 0) pad.note('three_deaths', at, text);
    else if (deaths + unnoted >= MAX_OPEN_CLAIMS && byPoison === 0) pad.note('three_unnoted', at, text);
    else pad.breach('blamed', at, text);
  }
}

function checkOne({ requestId, messageId }: Message, file: CaseFile, pad: Pad): void {
  const from = file.of('claimed').find((claim) => claim.requestId === requestId)?.at;
  const until = file.recorded.get(requestId)?.at;
  if (from === undefined || until === undefined) return;
  const failed = new Set(
    file
      .of('ended')
      .filter(({ text }) => text !== 'answered')
      .map(({ invocation }) => invocation),
  );
  const deliveries = file.of('received').filter((fact) => fact.messageId === messageId && failed.has(fact.invocation));
  const bound =
    deliveries.length * (LIMITS.visibility + LIMITS.workerTimeout) + badWeather(file, from, until) + SLACK_MS;
  if (until - from <= bound) return;
  pad.breach('poison', until, `${requestId}: ${Math.round((until - from) / 60_000)} minutes`);
}

/** What became of the claims on a request whose end the ledger was not told. */
interface OpenEnds {
  /** Their invocation died, or was cut off. */
  readonly deaths: number;
  readonly byPoison: number;
  /** Their invocation lived, and the ledger refused its note. */
  readonly unnoted: number;
}

function deathsOf(requestId: string, file: CaseFile): OpenEnds {
  const killed = new Map(file.of('killed').map((fact) => [fact.invocation, fact]));
  const claims = file.of('claimed').filter((claim) => claim.requestId === requestId);
  const cutOff = new Set(file.of('cut_off').map(({ invocation }) => invocation));
  const died = claims.filter(({ invocation }) => killed.has(invocation) || cutOff.has(invocation));
  const byPoison = died.filter(({ invocation }) => killed.get(invocation)?.poison !== undefined);
  // Told of an error at any time: a write may also take place after its failure was told.
  const failed = file.of('ledger_failed').filter((fact) => fact.requestId === requestId);
  const troubled = new Set(failed.map(({ invocation }) => invocation));
  const unnoted = claims.filter((claim) => troubled.has(claim.invocation) && !died.includes(claim));
  return { deaths: died.length, byPoison: byPoison.length, unnoted: unnoted.length };
}

/** Ms of a stretch of time in which something failed. */
function badWeather({ scenario }: CaseFile, from: number, until: number): number {
  const overlaps = scenario.spells.map((spell) => Math.min(until, spell.until) - Math.max(from, spell.from));
  return overlaps.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}
