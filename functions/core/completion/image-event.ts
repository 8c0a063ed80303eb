import type { JsonObject } from '../json.ts';
import type { LedgerItem } from '../ports.ts';

/** The event published for a call of the webhook, or for what the sweep found. */
export interface ImageEvent {
  /** See `completionEventId`; random for what belongs to no request, since the webhook's calls have no id. */
  readonly id: string;
  /** The image id; without one, the webhook's name of the event. */
  readonly groupId: string;
  readonly type: string;
  /** Epoch ms at which the call arrived, or the sweep found it. */
  readonly at: number;
  /** The call's body, any JSON value; of the sweep, what it would have been. */
  readonly body: unknown;
  /** For a finished image: what we know in addition to the body. */
  readonly findings?: Findings;
}

export interface Findings {
  /** Absent when no request of ours is known for it. */
  readonly request?: LedgerItem & { readonly isAmbiguous: boolean };
  /** The endpoint's record of the image; null when it could not be read. */
  readonly image: JsonObject | null;
  readonly confirmed: boolean | null;
  /** What could not be found out, and why. */
  readonly warnings: readonly string[];
}
