import type { Preferences } from '../../functions/core/request/preferences.ts';

interface Common {
  /** Names it in the timeline, and is its message's deduplication id where its sender chooses one. */
  readonly ref: string;
  /** Ms after the start at which it is handed over for the first time. */
  readonly at: number;
}

/** A message that another system, the upload trigger or a stranger puts on the queue. */
export interface SqsSubmission extends Common {
  readonly entryPoint: 'sqs';
  readonly groupId: string;
  readonly body: string;
  /** Its SenderId: role and session. */
  readonly sender: string;
  /** False: no request can be read from it. */
  readonly isRequest: boolean;
  /** Put straight into the dead letters, as a person might who cleans up. */
  readonly isAstray?: true;
}

/** A partner's call, and how patient the partner is. */
export interface HttpSubmission extends Common {
  readonly entryPoint: 'http';
  /** Its name. */
  readonly partner: string;
  readonly imageId: string;
  readonly preferences: Preferences;
  readonly idempotencyKey?: string;
  readonly prefer?: string;
  /** ISO 8601. */
  readonly notAfter?: string;
  /** How often it is sent at the most while no response says that it was taken. */
  readonly attempts: number;
  /** Sent once more so long after a response came: a repeat must find what became of the first. */
  readonly repeatAfterMs?: number;
}

export type Submission = SqsSubmission | HttpSubmission;

export interface Caller {
  readonly name: string;
  readonly key: string;
}

/** Those who may call, and their keys. */
export const PARTNERS: readonly [Caller, ...Caller[]] = [
  { name: 'acme', key: 'partner-key-of-acme' },
  { name: 'globex', key: 'partner-key-of-globex' },
];
export const OPERATOR: Caller = { name: 'operations', key: 'key-of-the-operator' };

export function callerNamed(name: string): Caller {
  return PARTNERS.find((partner) => partner.name === name) ?? OPERATOR;
}

export const WEBHOOK_TOKEN = 'token-of-the-webhook';
