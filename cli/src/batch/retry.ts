import { whenStopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { handed } from './handed.ts';

interface RetryOptions {
  readonly watch?: boolean;
  readonly yes?: boolean;
}

const STOPPED = 'stopped while it was retried: run the same command again, which sends nothing twice';
const retriedAs = (id: string) => `it was retried already, as ${id}, and nothing new is sent`;

/** `batch retry` */
export async function run(context: Context, options: RetryOptions, id: string): Promise<ExitCode> {
  const { signal, output } = context;
  const client = context.client();
  const { counts, name } = await client.batches.get(id, { signal });
  output.say(`${counted(counts.failed, 'line')} of ${name} failed.`);
  const question = `Send ${counts.failed === 1 ? 'it' : 'them'} again?`;
  if (counts.failed > 0) await allow(context, options, question, { hasDryRun: false });
  const batch = await whenStopped(STOPPED, client.batches.retry(id, { signal }));
  return handed(context, batch, options, retriedAs);
}
