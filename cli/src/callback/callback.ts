import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { callbackText, testText } from './callback-text.ts';

interface WhoseOptions {
  readonly partner?: string;
}

interface SetOptions extends WhoseOptions {
  readonly events?: readonly string[];
}

export const whose = ({ signal }: Context, { partner }: WhoseOptions) => ({ signal, ...(partner && { partner }) });

export const show: Verb = {
  async run(context: Context, options: WhoseOptions) {
    const { callbacks, output, now } = context;
    const callback = await callbacks().get(whose(context, options));
    output.data(callback, () => callbackText(callback, now(), output.out));
    return EXIT.finished;
  },
};

export const set: Verb = {
  async run(context: Context, { events, ...options }: SetOptions, url: string) {
    const { callbacks, output, now } = context;
    try {
      const wanted = { url, ...(events && { events }) } as Parameters<ReturnType<typeof callbacks>['set']>[0];
      const callback = await callbacks().set(wanted, whose(context, options));
      output.data(callback, () => callbackText(callback, now(), output.out));
      if (callback.secret !== undefined) output.say('The secret is shown this once.');
      return EXIT.finished;
    } catch (error) {
      const secret = error instanceof ReprocessError && secretIn(error.body);
      if (secret) output.data({ secret }, () => secret);
      throw error;
    }
  },
};

/** What a new callback's receiver has to learn before its test can succeed. */
function secretIn(body: unknown): string | undefined {
  const { secret } = Object(body) as { readonly secret?: unknown };
  return typeof secret === 'string' ? secret : undefined;
}

export const remove: Verb = {
  async run(context: Context, options: WhoseOptions) {
    const { callbacks, output } = context;
    await callbacks().remove(whose(context, options));
    output.data({ removed: true }, () => 'The callback is removed, with its secrets.');
    return EXIT.finished;
  },
};

export const test: Verb = {
  async run(context: Context, options: WhoseOptions) {
    const { callbacks, output } = context;
    const tested = await callbacks().test(whose(context, options));
    output.data(tested, () => testText(tested));
    return tested.delivered ? EXIT.finished : EXIT.failed;
  },
};

export const rotate: Verb = {
  async run(context: Context, options: WhoseOptions) {
    const { callbacks, output } = context;
    const rotated = await callbacks().rotate(whose(context, options));
    output.data(rotated, () => rotated.secret);
    output.say('The secret is shown this once. For a day the old one signs beside it.');
    return EXIT.finished;
  },
};
