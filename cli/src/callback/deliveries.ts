import type { Delivery } from '../../../client/src/contract.ts';
import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { limitOf } from '../input/duration.ts';
import { ageText } from '../terminal/numbers.ts';
import { pageSize, showList } from '../terminal/show-list.ts';
import type { Column } from '../terminal/table.ts';
import { whose } from './callback.ts';
import { testText } from './callback-text.ts';

interface DeliveriesOptions {
  readonly partner?: string;
  readonly request?: string;
  readonly limit: string;
}

export const deliveries: Verb = {
  async run(context: Context, { partner, request: request_id, limit }: DeliveriesOptions) {
    const { callbacks, signal } = context;
    const most = limitOf(limit);
    const list = callbacks().deliveries({ partner, request_id, limit: pageSize(most), signal } as object);
    await showList(context, list, columns(context.now()), most);
    return EXIT.finished;
  },
};

export const resend: Verb = {
  async run(context: Context, options: { readonly partner?: string }, id: string) {
    const { callbacks, output } = context;
    const delivery = await callbacks()
      .resend(id, whose(context, options))
      .catch(async (error) => {
        // Without a callback there is no delivery either, and that is the better reason.
        if (error instanceof ReprocessError && error.status === 404) await callbacks().get(whose(context, options));
        throw error;
      });
    const last = delivery.last_attempts.at(-1);
    const delivered = last?.error === null;
    output.data(delivery, () => (last === undefined ? delivery.state : testText({ ...last, delivered })));
    return delivered ? EXIT.finished : EXIT.failed;
  },
};

const columns = (now: number): readonly Column<Delivery>[] => [
  { title: 'ID', isId: true, value: ({ id }) => id },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'ATTEMPTS', value: ({ attempts }) => attempts },
  { title: 'AGE', value: ({ time }) => ageText(time, now) },
  { title: 'ABOUT', isId: true, value: ({ subject }) => subject },
  { title: 'ERROR', value: ({ last_attempts }) => last_attempts.at(-1)?.error },
];
