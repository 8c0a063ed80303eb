// What other code loads of this folder. The package has it in a file of its own, with AWS's SDK, so that no other verb waits for it.
import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import type { FailedRequests } from '../dead/failed-requests.ts';

const loading = (load: () => Promise<Verb>): Verb => ({ run: async (...given) => (await load()).run(...given) });

export const smoke = loading(() => import('./smoke/run.ts'));
export const reconcile = loading(() => import('./reconcile/run.ts'));

/** @param name of the verb behind `partner` */
export const partner = (name: 'add' | 'list' | 'remove' | 'set' | 'limit'): Verb =>
  loading(async () => (await import('./partner/partner.ts'))[name]);

/** @param table of the ledger; found by its name unless given */
export async function failedRequests(context: Context, table?: string): Promise<FailedRequests> {
  return (await import('./dead/in-ledger.ts')).failedRequests(context, table);
}
