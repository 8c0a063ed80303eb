export interface TimelineStep {
  readonly title: string;
  /** ISO 8601; undefined when nobody noted it. */
  readonly at?: string | undefined;
  /** Sentences. */
  readonly details: readonly string[];
  /** ISO 8601: until when was waited after it. */
  readonly until?: string | undefined;
  readonly tone: 'done' | 'good' | 'bad' | 'next';
}
