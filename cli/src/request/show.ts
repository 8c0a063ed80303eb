import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { requestText } from './request-text.ts';

/** `request show` */
export async function run({ client, output, signal, now }: Context, _options: object, id: string): Promise<ExitCode> {
  const request = await client().requests.get(id, { signal });
  output.data(request, () => requestText(request, now(), output.out));
  return EXIT.finished;
}
