import type { RequestSummary } from '../../../client/src/contract.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { limitOf, timeOf } from '../input/duration.ts';
import { pageSize, showList } from '../terminal/show-list.ts';
import { IMAGE, requestColumns } from './columns.ts';

interface ListOptions {
  readonly state?: RequestSummary['life'];
  readonly code?: string;
  readonly source?: RequestSummary['source'];
  readonly image?: string;
  readonly partner?: string;
  readonly since?: string;
  readonly limit: string;
}

/** `request list` */
export async function run(context: Context, options: ListOptions): Promise<ExitCode> {
  const { state, code, source, image, partner, since } = options;
  const most = limitOf(options.limit);
  const now = context.now();
  const list = context.client().requests.list({
    state,
    code,
    source,
    image,
    partner,
    since: since === undefined ? undefined : timeOf('--since', since, now, -1),
    limit: pageSize(most),
    signal: context.signal,
  } as object);
  await showList(context, list, requestColumns(now, [IMAGE]), most);
  return EXIT.finished;
}
