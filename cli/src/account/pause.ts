import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { timeOf } from '../input/duration.ts';
import { timeText } from '../terminal/numbers.ts';

interface PauseOptions {
  readonly reason: string;
  readonly until?: string;
}

export const pause: Verb = {
  async run({ client, output, signal, now }: Context, { reason, until }: PauseOptions) {
    const end = until === undefined ? {} : { until: timeOf('--until', until, now(), 1) };
    const budget = await client().pause({ reason, ...end }, { signal });
    const till = budget.paused?.until ? `until ${timeText(budget.paused.until, now())}` : 'until reprocess resume';
    output.data(budget, () => `The account is paused ${till}. What was handed over stays, and waits.`);
    return EXIT.finished;
  },
};

export const resume: Verb = {
  async run({ client, output, signal }: Context) {
    const budget = await client().resume({ signal });
    output.data(budget, () => 'Calls for the account go on.');
    output.say('Requests that the pause has put off come back within 15 minutes.');
    return EXIT.finished;
  },
};
