import { describe, expect, it } from 'vitest';
import { type Batch, type BatchControl, newBatch, unreadCheck } from '../../../../functions/core/batch/batch.ts';
import { type ControlAction, createChangeControl } from '../../../../functions/core/batch/change-control.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');
const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const facts = { batchId: 'b_1', name: 'a', source: 'http', file, createdAt: NOON } as const;
const made = newBatch({ ...facts, check: { ...nothing, total: 10 } });
const { check: _check, ...unchecked } = made;
const tally = { ...made.tally, started: 2, finished: 1, failed: 1 };
const running: Batch = { ...made, tally, feed: { ...made.feed, fed: { offset: 9, line: 8 }, lines: 7 } };
const paused: Batch = { ...running, control: 'paused' };
const cancelled: Batch = { ...running, control: 'cancelled' };
const finished: Batch = { ...running, finishedAt: NOON };
const checking: Batch = unchecked;
const refused: Batch = { ...made, check: unreadCheck('no text') };

/** @param found what the ledger has after the change; the batch with what is wanted, unless it is given */
async function change(batch: Batch, action: ControlAction, found?: Batch | 'none') {
  const written: BatchControl[] = [];
  const changeControl = createChangeControl({
    setControl: async (_batchId, control) => {
      written.push(control);
      return found === 'none' ? undefined : (found ?? { ...batch, control });
    },
  });
  return { ...(await changeControl(batch, action, plentyOfTime(standingClock()))), written };
}

describe('a batch', () => {
  it.each<[string, Batch, ControlAction, readonly BatchControl[]]>([
    ['that runs is paused', running, 'pause', ['paused']],
    ['that runs is cancelled', running, 'cancel', ['cancelled']],
    ['that runs runs on when it is resumed', running, 'resume', []],
    ['that is paused is resumed', paused, 'resume', ['running']],
    ['that is paused stays so when it is paused again', paused, 'pause', []],
    ['that is paused is cancelled', paused, 'cancel', ['cancelled']],
    ['that is cancelled stays so when it is cancelled again', cancelled, 'cancel', []],
    ['that is checked is paused', checking, 'pause', ['paused']],
    ['that is checked goes on when it is resumed', checking, 'resume', []],
    [
      'whose pause was wanted while it was checked is resumed',
      { ...checking, control: 'paused' },
      'resume',
      ['running'],
    ],
  ])('%s', async (_name, batch, action, written) => {
    expect(await change(batch, action)).toMatchObject({ kind: 'done', written });
  });

  it.each<[string, Batch, ControlAction, RegExp]>([
    ['is finished', finished, 'pause', /^the batch is finished/],
    ['is finished', finished, 'cancel', /^the batch is finished/],
    ['is cancelled', cancelled, 'resume', /cannot be undone/],
    ['is cancelled', cancelled, 'pause', /cannot be undone/],
    ['was refused', refused, 'pause', /^the batch was refused/],
  ])('that %s stays as it is: %#', async (_name, batch, action, why) => {
    expect(await change(batch, action)).toMatchObject({
      ...{ kind: 'impossible', written: [], why: expect.stringMatching(why) },
    });
  });

  it.each<[string, Batch | 'none', string]>([
    ['ends meanwhile', { ...finished, control: 'paused' }, 'the batch is finished: all its lines have ended'],
    ['is cancelled meanwhile', cancelled, expect.stringContaining('cannot be undone')],
    ['is resumed meanwhile', running, 'the batch changed meanwhile: ask again'],
    ['is gone meanwhile', 'none', 'the batch changed meanwhile: ask again'],
  ])('that %s is not paused', async (_name, found, why) => {
    expect(await change(running, 'pause', found)).toMatchObject({ kind: 'impossible', why });
  });

  it('that is cancelled says for how many lines it is too late', async () => {
    expect(await change(running, 'cancel')).toMatchObject({
      note: '3 of its lines are not sent; it is too late for 7, which were sent before and end as usual (queued 3, started 2, ended 2)',
    });
    expect(await change(made, 'cancel')).toMatchObject({ note: '10 of its lines are not sent' });
    expect(await change(running, 'pause')).not.toHaveProperty('note');
  });
});
