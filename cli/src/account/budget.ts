import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { budgetText } from './budget-text.ts';

/** `budget` */
export async function run({ client, output, signal, now }: Context): Promise<ExitCode> {
  const budget = await client().budget({ signal });
  output.data(budget, () => budgetText(budget, now(), output.out));
  return EXIT.finished;
}
