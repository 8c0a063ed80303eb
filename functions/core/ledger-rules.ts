/** A claim that was begun so often and never ended is not begun again: whoever begins it dies of it. */
export const MAX_OPEN_CLAIMS = 3;

/** How long the ledger remembers a request after its last change: as long as the queue keeps a message. */
export const LEDGER_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;
