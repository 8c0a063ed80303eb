import type { EndpointFault, Fault, FaultWindow } from '../fault-schedule.ts';
import type { Chance } from '../random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Kind = Pick<FaultWindow, 'part' | 'faults'>;

const ENDPOINT: readonly [Kind, ...Kind[]] = [
  endpoint({ no_connection: 1 }),
  endpoint({ failing: 2, unavailable: 1 }),
  endpoint({ throttled: 2, throttled_asked: 1 }),
  endpoint({ unavailable_asked: 1 }),
  endpoint({ reset_before: 1, reset_after: 1, silent_after: 1 }),
  endpoint({ silent_before: 1, acts_late: 1, slow: 3 }),
  endpoint({ slow: 1 }),
  endpoint({ malformed: 1, broken_off: 1, huge: 1 }),
  endpoint({ forbidden: 1, failing: 1 }),
  endpoint({ gateway_acted: 2, gateway_down: 1 }),
  endpoint({ proxy_not_found: 1 }),
];
const AWS: readonly [Kind, ...Kind[]] = [
  { part: 'ledger', faults: { refused: 1 } },
  { part: 'ledger', faults: { refused: 3, lost: 1, response_lost: 2, repeated: 2, slow: 2 } },
  { part: 'ledger', faults: { slow: 1 } },
  { part: 'requests', faults: { refused: 2, lost: 1, response_lost: 1 } },
  { part: 'results', faults: { refused: 1 } },
  { part: 'results', faults: { partial: 3, response_lost: 1, lost: 1, repeated: 1 } },
  { part: 'requests', faults: { partial: 3, response_lost: 1, repeated: 1 } },
  { part: 'ledger', faults: { refused: 2, partial: 3 } },
  { part: 'bucket', faults: { refused: 2, lost: 1, response_lost: 1, repeated: 1, slow: 1 } },
  { part: 'secrets', faults: { refused: 2, lost: 1, slow: 1 } },
];

function endpoint(faults: Readonly<Partial<Record<EndpointFault, number>>>): Kind {
  return { part: 'endpoint', faults: faults as Readonly<Partial<Record<Fault, number>>> };
}

/** Plans which parts fail, when, for how long and how often. Most windows take seconds, many minutes, a few an hour. */
export function planFaultWindows(
  images: readonly [string, ...string[]],
  start: number,
  chance: Chance,
): readonly FaultWindow[] {
  const faultWindows = Array.from({ length: Number(chance.weighted({ 0: 1, 2: 3, 5: 3, 9: 1 })) }, () => {
    const kind = chance.of(chance.yes(0.55) ? ENDPOINT : AWS);
    const from = start + chance.whole(0, chance.of([10 * MINUTE, 2 * HOUR]));
    const share = chance.of([0.1, 0.4, 1, 1]);
    const imageId = kind.part === 'endpoint' && chance.yes(0.2) ? { imageId: chance.of(images) } : {};
    return { ...kind, from, until: from + lengthOf(chance), share, ...imageId };
  });
  // One image that fails for longer than anything is retried.
  if (!chance.yes(0.05)) return faultWindows;
  const { part, faults } = endpoint({ failing: 1 });
  return [
    ...faultWindows,
    { part, faults, from: start, until: start + 9 * HOUR, share: 1, imageId: chance.of(images) },
  ];
}

function lengthOf(chance: Chance): number {
  const unit = chance.weighted({ seconds: 5, minutes: 4, hour: 1 });
  if (unit === 'seconds') return chance.whole(3, 90) * SECOND;
  return unit === 'minutes' ? chance.whole(2, 20) * MINUTE : HOUR;
}
