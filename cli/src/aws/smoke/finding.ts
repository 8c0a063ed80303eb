/** What a check found. A warning needs a look, and is no failure: a stage that was just deployed has its secrets still to fill. */
export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail });
export const warning = (detail: string): Finding => ({ verdict: 'warning', detail });
export const failed = (detail: string): Finding => ({ verdict: 'failed', detail });
