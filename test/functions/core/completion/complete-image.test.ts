import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Attribution, SentRequest } from '../../../../functions/core/completion/attribute-completion.ts';
import { createCompleteImage } from '../../../../functions/core/completion/complete-image.ts';
import type { Completion } from '../../../../functions/core/completion/completion.ts';
import { DependencyUnavailable, EndpointNotReached } from '../../../../functions/core/errors.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const item = aLedgerItem({ requestId: 'sqs:1', imageId: 'house' });
const sentAs = (state: SentRequest['state']): SentRequest => ({ requestId: 'sqs:1', state, isCompleted: false });

interface Surroundings {
  /** The image's requests, newest first. */
  readonly sent?: readonly SentRequest[];
  /** The endpoint's record; null: the endpoint cannot be reached. */
  readonly record?: object | null;
  /** What the ledger has after a note, by the state in which it is noted. */
  readonly noted?: (state: string, completion: Completion) => LedgerItem | undefined;
  readonly ledgerFails?: boolean;
  /** Requests that are sent while the record is read, newest first. */
  readonly sentMeanwhile?: readonly SentRequest[];
}

/** The webhook says that an image is finished. */
async function complete({
  sent = [sentAs('succeeded')],
  record = {},
  noted,
  ledgerFails = false,
  sentMeanwhile = [],
}: Surroundings) {
  let known = sent;
  const clock = standingClock();
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const notes: [Omit<Attribution, 'isAmbiguous'>, Completion][] = [];
  const completeImage = createCompleteImage({
    completions: {
      sentRequests: async () => {
        if (ledgerFails) throw new DependencyUnavailable('ledger', new Error('away'));
        // A look takes longer than the record does.
        for (let step = 0; step < 5; step += 1) await nextLoop();
        return known;
      },
      note: async (request, completion) => {
        notes.push([request, completion]);
        return noted === undefined ? { ...item, completion } : noted(request.state, completion);
      },
      endLook: async () => {},
      lookSoon: async () => {},
    },
    records: {
      read: async () => {
        if (record === null) throw new EndpointNotReached('no connection');
        await nextLoop();
        const isNew = ({ requestId }: SentRequest) => sentMeanwhile.every((other) => other.requestId !== requestId);
        known = [...sentMeanwhile, ...sent.filter(isNew)];
        return { response: JSON.stringify(record), warnings: [] };
      },
    },
    ...{ clock, log, metrics },
  });
  const notification = { kind: 'finished', imageId: 'house', hasFailed: false, body: {} } as const;
  const completed = await completeImage(notification as never, NOON, plentyOfTime(clock));
  return { completed, notes, log, counted: metrics.counted };
}

describe('the webhook’s call for a finished image', () => {
  it('is noted on its request, with what the record shows', async () => {
    const { completed, notes, counted } = await complete({ record: { status: 'processed' } });
    expect(notes).toMatchObject([
      [
        { requestId: 'sqs:1', state: 'succeeded' },
        { confirmed: true, isAmbiguous: false },
      ],
    ]);
    expect(completed.findings).toMatchObject({ request: { requestId: 'sqs:1' }, confirmed: true, warnings: [] });
    expect(counted).toEqual([]);
  });

  it('for a request under way is noted as not confirmed, since the record may be of the enhancement before', async () => {
    const noted = () => ({ ...item, state: 'waiting' as const });
    const { notes, completed } = await complete({
      ...{ sent: [sentAs('under_way')], record: { status: 'processed' }, noted },
    });
    expect(notes).toMatchObject([[{ state: 'under_way' }, { confirmed: null }]]);
    expect([completed.verdict.confirmed, completed.findings.confirmed]).toEqual([null, null]);
  });

  it('for a request that has succeeded when it is noted is not confirmed either', async () => {
    const { notes, completed } = await complete({ sent: [sentAs('under_way')], record: { status: 'processed' } });
    expect(notes).toMatchObject([
      [{ state: 'under_way' }, { confirmed: null }],
      [{ state: 'succeeded' }, { confirmed: null }],
    ]);
    expect(completed.verdict.confirmed).toBeNull();
  });

  it.each([
    [{ status: 'processed' }, false],
    [{ status: 'error' }, false],
    [{ status: 'processing' }, true],
  ])('may repeat an earlier one, unless the record %j shows the end of the newer', async (record, isAmbiguous) => {
    const sent = [sentAs('succeeded'), { requestId: 'sqs:0', state: 'succeeded', isCompleted: true } as const];
    expect((await complete({ sent, record })).notes).toMatchObject([[{ requestId: 'sqs:1' }, { isAmbiguous }]]);
  });

  it('is ambiguous and not confirmed when a request was sent while the record was read, which may be of that one', async () => {
    const sentMeanwhile = [{ requestId: 'sqs:2', state: 'under_way', isCompleted: false } as const];
    const { completed, notes, counted } = await complete({ record: { status: 'error' }, sentMeanwhile });
    expect(notes).toMatchObject([[{ requestId: 'sqs:1' }, { isAmbiguous: true, confirmed: null }]]);
    expect([completed.findings.confirmed, counted]).toEqual([null, []]);
  });

  it.each<[string, readonly SentRequest[]]>([
    ['sent', []],
    ['under way', [{ requestId: 'sqs:2', state: 'under_way', isCompleted: false }]],
  ])(
    'is not believed of a request that was not %s before the record was read and has succeeded since',
    async (_, newest) => {
      const known = { requestId: 'sqs:1', state: 'succeeded', isCompleted: true } as const;
      const sentMeanwhile = [{ requestId: 'sqs:2', state: 'succeeded', isCompleted: false } as const];
      const { notes } = await complete({ sent: [...newest, known], record: { status: 'processed' }, sentMeanwhile });
      expect(notes).toMatchObject([[{ requestId: 'sqs:2' }, { isAmbiguous: true, confirmed: null }]]);
    },
  );

  it('stays as ambiguous as it was noted first', async () => {
    const noted = (_: string, completion: Completion) => ({
      ...item,
      completion: { ...completion, isAmbiguous: true },
    });
    expect((await complete({ noted })).completed.findings.request).toMatchObject({ isAmbiguous: true });
  });

  it('that the record contradicts is counted, and the log names both', async () => {
    const { counted, log } = await complete({ record: { status: 'error' } });
    expect(counted).toEqual(['WebhookContradicted']);
    const facts = { image_id: 'house', webhook: 'image.processed', status: 'error' };
    expect(log.lines).toEqual([
      { level: 'warn', message: 'the webhook and the endpoint disagree about an image', facts },
    ]);
  });

  it('is told though neither the record nor the ledger can be read, and says what is missing', async () => {
    const { completed, log } = await complete({ record: null, ledgerFails: true });
    expect(completed.findings).toEqual({
      ...{ image: null, confirmed: null },
      warnings: [expect.stringContaining('record of the image is missing'), expect.stringContaining('not known')],
    });
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  });

  it('for an image that nobody has sent is told without a request', async () => {
    const { completed, notes } = await complete({ sent: [] });
    expect([notes, completed.findings.request]).toEqual([[], undefined]);
  });
});
