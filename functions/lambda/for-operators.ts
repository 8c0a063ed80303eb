import { mayOperate } from '../core/access.ts';
import type { Partner } from '../core/partner-keys.ts';
import { type HttpResponse, problem } from './http.ts';

/** What only operators may see or do. @param what for a sentence: `pause or resume the account` */
export async function forOperators(
  caller: Partner,
  what: string,
  act: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  return mayOperate(caller) ? act() : problem(403, `only a key with the role operator may ${what}`);
}
