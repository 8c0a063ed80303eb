import type { JsonObject } from '../json.ts';
import type { LedgerItem } from '../ports.ts';

/** What is published of a call of the webhook. */
export interface ImageEvent {
  /** Random: the webhook gives its calls no id, and equal content may well be another completion. */
  readonly id: string;
  /** The image id; where there is none, the name that the webhook gave the event. */
  readonly groupId: string;
  readonly type: string;
  /** Epoch ms at which the call came. */
  readonly at: number;
  /** The call's body, any JSON value. */
  readonly body: unknown;
  /** Of a finished image: what we know beside the body. */
  readonly findings?: Findings;
}

export interface Findings {
  /** Absent where no request of ours is known to be meant. */
  readonly request?: LedgerItem & { readonly isAmbiguous: boolean };
  /** The endpoint's own record of the image, null where it could not be had. */
  readonly image: JsonObject | null;
  readonly confirmed: boolean | null;
  /** What is missing, and why. */
  readonly warnings: readonly string[];
}
