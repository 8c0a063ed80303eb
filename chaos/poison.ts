/** When a poison request kills the environment that carries it out. */
export type Poison = 'on_claim' | 'on_sending' | 'on_answer';

/** What a request's preferences say of it; a field that no real request has. */
export function poisonOf(preferences: Readonly<Record<string, unknown>>): Poison | undefined {
  return preferences.poison as Poison | undefined;
}
