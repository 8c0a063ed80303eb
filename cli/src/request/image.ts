import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { limitOf } from '../input/duration.ts';
import { pageSize, showList } from '../terminal/show-list.ts';
import { requestColumns } from './columns.ts';

/** `image` */
export async function run(context: Context, { limit }: { readonly limit: string }, id: string): Promise<ExitCode> {
  const most = limitOf(limit);
  const list = context.client().requests.ofImage(id, { limit: pageSize(most), signal: context.signal });
  await showList(context, list, requestColumns(context.now()), most);
  return EXIT.finished;
}
