import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { eachOf } from './each.ts';

/** `request retry` */
export async function run(
  context: Context,
  options: { readonly yes?: boolean },
  ids: readonly string[],
): Promise<ExitCode> {
  const { output, signal } = context;
  await allow(context, options, `Send ${counted(ids.length, 'request')} again?`, { hasDryRun: false });
  const client = context.client();
  return eachOf(context, ids, async (id) => {
    const request = await client.requests.retry(id, { signal });
    output.data(request, () => `${id} again as ${request.request_id}`);
    return true;
  });
}
