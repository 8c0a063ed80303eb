import type { Limits } from '../ports.ts';

/** A day of the account's limit. Epoch ms, the end excluded. */
export interface BudgetWindow {
  readonly start: number;
  readonly end: number;
}

/** What one window has used. */
export interface BudgetStatus {
  readonly window: BudgetWindow;
  /** Enhancements that the account may ask for in the window; null when it has no limit. */
  readonly limit: number | null;
  /** Calls that were taken from it. */
  readonly used: number;
  readonly usedByBulk: number;
  /** What the lines of batches may still take: the limit, less what is used or kept for single requests; Infinity without a limit. */
  readonly leftForBulk: number;
  /** Images that failed only for the limit. */
  readonly failed: number;
}

/** No calls are made for the account. */
export interface Pause {
  readonly reason: 'daily_limit' | 'person';
  /** For people. */
  readonly detail: string;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms; absent: until a person resumes. */
  readonly until?: number;
}

/** Reads the account's state. Every method throws DependencyUnavailable. */
export interface AccountState {
  /** Of the window that is current now. */
  budget(limits: Limits): Promise<BudgetStatus>;
  /** Of so many windows before that, the latest first. */
  history(count: number, limits: Limits): Promise<readonly BudgetStatus[]>;
  pause(limits: Limits): Promise<Pause | undefined>;
}

/** Calls, of single requests and of the lines of batches. */
export interface Calls {
  readonly single: number;
  readonly bulk: number;
}

/** What the ledger has counted in one window. */
export interface Count {
  readonly used: number;
  readonly usedByBulk: number;
  readonly failed: number;
  /** The limit when it was last taken from. */
  readonly limit?: number;
  /** Epoch ms at which a worker first found nothing left. */
  readonly exhaustedAt?: number;
}

export interface Taking {
  readonly window: BudgetWindow;
  readonly calls: Calls;
  readonly limit: number;
  /** What bulk may have taken by now at the most. */
  readonly bulkLimit: number;
}

/** Calls that were taken and not made yet. */
export interface Reservation extends Calls {
  readonly window: BudgetWindow;
  readonly token: string;
}

/** Counts the calls of each window. Every method throws DependencyUnavailable. */
export interface BudgetStore {
  /** Takes what is left of so many calls. `isFirst`: nobody found the window exhausted before. */
  take(
    taking: Taking,
    limits: Limits,
  ): Promise<{ readonly reservation: Reservation; readonly count: Count; readonly isFirst: boolean }>;
  /** Gives back what was not used of a reservation, at most once. @param unused what is left of it */
  giveBack(reservation: Reservation, unused: Calls, limits: Limits): Promise<void>;
  /** Counts an image that failed only for the limit. */
  countFailure(window: BudgetWindow, limits: Limits): Promise<void>;
  read(window: BudgetWindow, limits: Limits): Promise<Count>;
}

/** The pause of the account, as the ledger has it: a person's, and one for which there is evidence. */
export interface StoredPause {
  readonly person?: Omit<Pause, 'reason'>;
  readonly evidence?: Omit<Pause, 'reason' | 'until'> & { readonly until: number };
  /** The one call that probes after the pause for which there was evidence. `imageId`: whose completion decides. */
  readonly probe?: Probe;
}

export interface Probe {
  readonly id: string;
  readonly imageId: string;
  /** Epoch ms. Before, no other call begins. */
  readonly until: number;
  /** Whether the endpoint accepted the call. */
  readonly isSent: boolean;
}

/** Every method throws DependencyUnavailable. */
export interface PauseStore {
  read(limits: Limits): Promise<StoredPause>;
  setPerson(pause: NonNullable<StoredPause['person']>, limits: Limits): Promise<void>;
  /** Ends every pause, a person's and any other. Evidence from before is not believed any more. */
  resume(limits: Limits): Promise<void>;
  /**
   * Pauses for what an image's failure shows.
   * @param evidence.calledAt epoch ms of its call
   * @returns whether the account was not paused for that long before
   */
  pauseFor(
    evidence: { readonly detail: string; readonly calledAt: number; readonly until: number },
    limits: Limits,
  ): Promise<boolean>;
  /** Claims the one call after the pause that ends at a time. */
  claimProbe(probe: Omit<Probe, 'isSent'>, pausedUntil: number, limits: Limits): Promise<boolean>;
  /** The probe's call was accepted. @param until when it is over, if it has no completion by then */
  probeSent(id: string, until: number, limits: Limits): Promise<void>;
  /** Its call was not accepted: another call may probe. */
  releaseProbe(id: string, limits: Limits): Promise<void>;
  /** The probe's image was finished: the pause is over. Does nothing for any other image. */
  endProbe(imageId: string, limits: Limits): Promise<boolean>;
}
