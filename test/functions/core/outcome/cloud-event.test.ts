import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../functions/core/batch/batch.ts';
import type { ImageEvent } from '../../../../functions/core/completion/image-event.ts';
import { encodeEvent } from '../../../../functions/core/outcome/cloud-event.ts';
import type { ServiceEvent } from '../../../../functions/core/outcome/events.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import { aLedgerItem, aRequest, NOON } from '../../../support/fixtures.ts';

const SECOND = 1000;
const at = (seconds: number) => NOON + seconds * SECOND;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();
const encoded = (event: ServiceEvent) => JSON.parse(encodeEvent(event, 'blue'));

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
/** Every member has a value of its own. */
const request = aRequest({
  ...{ requestId: 'sqs:1', imageId: 'villa', preferences: { rating: 3 }, source: 'sqs', acceptedAt: at(1) },
  ...{ senderRequestId: 'mine', partner: 'acme', notAfter: at(2), apiVersion: '2026-01-01', traceparent },
  ...{ upload: { file: 'a.csv', line: 7 }, again: { requestId: 'sqs:0', round: 1 } },
});
const encodedRequest = {
  ...{ request_id: 'sqs:1', image_id: 'villa', preferences: { rating: 3 }, sender_request_id: 'mine', partner: 'acme' },
  ...{ not_after: iso(2), api_version: '2026-01-01', again_for: 'sqs:0', source: 'sqs', accepted_at: iso(1) },
  ...{ file: 'a.csv', line: 7 },
};
const head = { specversion: '1.0', source: 'reprocess/blue', datacontenttype: 'application/json' };

describe('the event of', () => {
  const facts = { attempts: 2, warnings: ['a warning'], at: at(3) };
  const error = { ...failure('refused', 'it was refused'), status: 400, endpoint: '{"message":"no"}' };

  it.each<[string, Outcome, object]>([
    ['a request that succeeded', { kind: 'succeeded', response: '{"id":1}', ...facts }, { image: { id: 1 } }],
    [
      'a request that failed',
      { kind: 'failed', error: { ...error, mayHaveActed: true }, ...facts },
      { error: { ...error, endpoint: { message: 'no' }, may_have_acted: true } },
    ],
  ])('%s', (_, outcome, result) => {
    expect(encoded({ id: 'its id', groupId: 'its group', request, outcome })).toEqual({
      ...head,
      ...{ id: 'its id', type: `reprocess.${outcome.kind}`, subject: 'villa', time: iso(3), traceparent },
      data: { request: encodedRequest, ...result, attempts: 2, warnings: ['a warning'] },
    });
  });

  it('a message that is no request', () => {
    const unreadable = {
      requestId: 'sqs:1',
      source: 'sqs',
      acceptedAt: at(1),
      original: 'garbage',
      traceparent,
    } as const;
    const outcome: Outcome = { kind: 'failed', error: failure('invalid_request', 'no JSON'), ...facts, attempts: 0 };
    expect(encoded({ id: 'its id', groupId: 'its group', request: unreadable, outcome })).toMatchObject({
      ...{ subject: 'its group', traceparent },
      data: { request: { request_id: 'sqs:1', original: 'garbage', source: 'sqs', accepted_at: iso(1) } },
    });
  });

  it('a batch that has finished', () => {
    const batch: Batch = {
      ...{ batchId: 'b_2', name: 'Spring', source: 'upload', partner: 'acme', retryOf: 'b_1' },
      file: { bucket: 'uploads', key: 'acme/spring.csv' } as Batch['file'],
      ...{ createdAt: at(1), startedAt: at(2), finishedAt: at(3) },
      ...{ control: 'running', feed: {} as Batch['feed'], tally: {} as Batch['tally'], points: [] },
    };
    const counts = { succeeded: 5 } as never;
    const event = {
      id: 'its id',
      groupId: 'b_2',
      at: at(4),
      batch,
      counts,
      state: 'cancelled',
      resultsKey: 'r.csv',
    } as const;
    expect(encoded(event)).toEqual({
      ...head,
      ...{ id: 'its id', type: 'batch.finished', subject: 'b_2', time: iso(4) },
      data: {
        ...{ batch_id: 'b_2', name: 'Spring', source: 'upload', partner: 'acme', state: 'cancelled', retry_of: 'b_1' },
        ...{ created_at: iso(1), started_at: iso(2), finished_at: iso(3), counts: { succeeded: 5 } },
        ...{ file: 'acme/spring.csv', results_file: 'r.csv' },
      },
    });
  });

  it('an image that has finished', () => {
    const item = aLedgerItem({ ...request, isAmbiguous: true } as never);
    const findings: ImageEvent['findings'] = {
      request: { ...item, isAmbiguous: true },
      ...{ image: { status: 'error' }, confirmed: false, warnings: ['a warning'] },
    };
    const body = { event: 'image_processed', image_id: 'villa', confirmed: 'said by the webhook' };
    const event = { id: 'its id', groupId: 'villa', type: 'image.failed', at: at(4), body, findings };
    expect(encoded(event)).toEqual({
      ...head,
      ...{ id: 'its id', type: 'image.failed', subject: 'villa', time: iso(4), traceparent },
      data: {
        ...{ event: 'image_processed', image_id: 'villa', request: { ...encodedRequest, ambiguous: true } },
        ...{ image: { status: 'error' }, confirmed: false, warnings: ['a warning'] },
      },
    });
  });

  it('a callback that is paused', () => {
    const callback = { partner: 'acme', origin: 'https://acme.example', failingSince: at(1), detail: 'it failed' };
    const event = { id: 'its id', groupId: 'its group', type: 'callback.paused', at: at(4), callback } as const;
    expect(encoded(event)).toEqual({
      ...head,
      ...{ id: 'its id', type: 'callback.paused', subject: 'acme', time: iso(4) },
      data: { partner: 'acme', origin: 'https://acme.example', failing_since: iso(1), detail: 'it failed' },
    });
  });
});
