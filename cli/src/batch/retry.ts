import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { handed } from './handed.ts';

interface RetryOptions {
  readonly watch?: boolean;
  readonly yes?: boolean;
}

const retriedAs = (id: string) => `it was retried already, as ${id}, and nothing new is sent`;

/** `batch retry` */
export async function run(context: Context, options: RetryOptions, id: string): Promise<ExitCode> {
  const { signal, output } = context;
  const client = context.client();
  const { counts, name } = await client.batches.get(id, { signal });
  output.say(`${counted(counts.failed, 'line')} of ${name} failed.`);
  const question = `Send ${counts.failed === 1 ? 'it' : 'them'} again?`;
  if (counts.failed > 0) await allow(context, options, question, { hasDryRun: false });
  return handed(context, await client.batches.retry(id, { signal }), options, retriedAs);
}
