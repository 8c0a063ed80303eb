import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';

/** `batch pause`, `batch resume` and `batch cancel` */
export function steering(action: 'pause' | 'resume' | 'cancel'): Verb {
  return {
    async run(context: Context, _options: object, id: string) {
      const batch = await context.client().batches[action](id, { signal: context.signal });
      context.output.data(batch, () => `${id} is ${batch.state}`);
      if (batch.note !== undefined) context.output.say(batch.note);
      return EXIT.finished;
    },
  };
}
