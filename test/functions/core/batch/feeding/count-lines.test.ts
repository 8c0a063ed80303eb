import { expect, it } from 'vitest';
import { counted } from '../../../../../functions/core/batch/feeding/count-lines.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';

const tally = { started: 3, finished: 2, failed: 1, returned: 1 };

it.each<[Pick<Counting, 'from' | 'to'>, object]>([
  [{ to: 'started' }, { started: 4 }],
  [
    { from: 'started', to: 'finished' },
    { started: 2, finished: 3 },
  ],
  [
    { from: 'started', to: 'failed' },
    { started: 2, failed: 2 },
  ],
  [
    { from: 'started', to: 'returned' },
    { started: 2, returned: 2 },
  ],
  [{ from: 'returned', to: 'resent' }, { returned: 0 }],
  [
    { from: 'returned', to: 'failed' },
    { returned: 0, failed: 2 },
  ],
  [{ from: 'finished', to: 'finished' }, {}],
])('a line that is counted as %j is in one count alone', (counting, changed) => {
  expect(counted(tally, counting)).toEqual({ ...tally, ...changed });
});
