/** How long the requests of a batch take, as far as the account's daily limit and the calls a second allow. */
export interface Pace {
  readonly requests: number;
  /** Enhancements that the account may ask for in a window; null without a limit. */
  readonly limit: number | null;
  /** What is left of today's for batches; null without a limit. */
  readonly leftToday: number | null;
  /** Days until the end, in UTC: 0 for today; null when it never ends, since the limit leaves nothing to batches. */
  readonly days: number | null;
  /** Epoch ms; null when it never ends. */
  readonly expectedEnd: number | null;
  /** `3,000 images, 320 of today's 500 left: finished in about 6 days, on Friday` */
  readonly sentence: string;
}
