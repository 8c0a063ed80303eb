import type { Fault } from './faults.ts';

/** A call that the sandbox received. */
export interface Call {
  /** From 1, in the order in which the calls arrived. */
  readonly number: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** The number of its connection, from 1. Equal numbers mean that the connection was reused. */
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  /** Names in lower case. The key is masked. */
  readonly headers: Readonly<Record<string, string>>;
  readonly key: 'right' | 'wrong' | 'missing';
  readonly body: string;
  readonly imageId: string | null;
  /** Whether it began an enhancement, and the number of that enhancement, from 1. */
  readonly acted: boolean;
  readonly actOrder: number | null;
  /** The status that was sent; null when none was, or not yet. */
  readonly status: number | null;
  readonly fault: Fault['kind'] | null;
}

type Received = Omit<Call, 'number' | 'acted' | 'actOrder' | 'status' | 'fault'>;

/** Records a call's result while it runs. */
export interface CallNotes {
  acted(): void;
  answered(status: number): void;
  hitBy(fault: Fault['kind']): void;
}

export interface CallLog {
  receive(call: Received): CallNotes;
  list(): readonly Call[];
  clear(): void;
}

/** Records every call until it is cleared. */
export function createCallLog(): CallLog {
  let calls: Call[] = [];
  let received = 0;
  let acts = 0;
  return {
    receive(facts) {
      received += 1;
      const call: Call = { ...facts, number: received, acted: false, actOrder: null, status: null, fault: null };
      calls.push(call);
      return {
        acted() {
          acts += 1;
          Object.assign(call, { acted: true, actOrder: acts });
        },
        answered: (status) => void Object.assign(call, { status }),
        hitBy: (fault) => void Object.assign(call, { fault }),
      };
    },
    list: () => calls.map((call) => ({ ...call })),
    clear() {
      calls = [];
    },
  };
}
