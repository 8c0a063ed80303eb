import type { Call } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';

interface Event {
  readonly at: number;
  readonly call: Call;
  readonly isLate: boolean;
}

/** Within an image, calls begin and act in the order in which their requests were accepted. */
export function checkOrder(file: CaseFile, pad: Pad): void {
  for (const calls of Map.groupBy(file.calls, ({ imageId }) => imageId).values()) {
    const begun = calls.map((call) => ({ at: call.at, call, isLate: false }));
    inOrder(file, begun, ({ at, call }, latest) => {
      pad.breach('call_order', at, `${nameOf(call)} was called after ${latest}`);
    });
    const acts = calls.flatMap((call) => call.acts.map(({ at, isLate }) => ({ at, call, isLate })));
    acts.sort((one, other) => one.at - other.at);
    noteLateAndRepeated(acts, pad);
    inOrder(file, acts, ({ at, call, isLate }, latest) => {
      const text = `${nameOf(call)} was acted on after ${latest}`;
      if (isLate) pad.note('late_disorder', at, text);
      else pad.breach('act_order', at, text);
    });
  }
}

function noteLateAndRepeated(acts: readonly Event[], pad: Pad): void {
  const acted = new Set<string>();
  for (const { at, call, isLate } of acts) {
    const name = nameOf(call);
    if (isLate) pad.note('late_act', at, `${name}, call ${call.number}: its caller got no response, or was dead`);
    if (acted.has(name)) pad.note('repeated_act', at, `${name}, call ${call.number}`);
    acted.add(name);
  }
}

/** Reports each event whose request was accepted before one that came earlier. A late act moves nothing on. */
function inOrder(file: CaseFile, events: readonly Event[], report: (event: Event, latest: string) => void): void {
  let latest = { rank: -1, name: '' };
  for (const event of events) {
    const rank = file.ranks.get(nameOf(event.call));
    if (rank === undefined) continue;
    if (rank < latest.rank) report(event, latest.name);
    else if (!event.isLate) latest = { rank, name: nameOf(event.call) };
  }
}

function nameOf({ claim, number }: Call): string {
  return claim?.requestId ?? `call ${number}`;
}
