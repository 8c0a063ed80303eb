import type { Mutant } from '../mutant.ts';

const WORKER = 'test/functions/reprocess-worker/handler.test.ts';
const QUEUES = 'test/functions/adapters/queues/queues.test.ts';
const PUBLISHER = 'test/functions/core/outcome/record-and-publish.test.ts';

/** Recording what became of a request, and telling it. */
export const OUTCOME: readonly Mutant[] = [
  {
    name: 'outcome-is-published-before-it-is-recorded',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'const write = () => ledger.record(request, outcome, limits);',
    replace:
      'await publish(outcomeEvent(request, outcome), limits);\n      const write = () => ledger.record(request, outcome, limits);',
    tests: [PUBLISHER],
  },
  {
    name: 'outcome-is-written-once-only',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'await retryUntil(write, limits.deadline, clock, limits);',
    replace: 'await write();',
    tests: [PUBLISHER],
  },
  {
    name: 'second-outcome-is-published-in-place-of-the-first',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'await publish(outcomeEvent(request, standing), limits);',
    replace: 'await publish(outcomeEvent(request, outcome), limits);',
    tests: [PUBLISHER],
  },
  {
    name: 'refusal-is-announced-again-with-another-time',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'const at = event.request.acceptedAt;',
    replace: 'const at = clock.now();',
    tests: [PUBLISHER],
  },
  {
    name: 'refusal-leaves-the-group-of-its-image',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'const groupId = event.request.imageId ?? event.groupId;',
    replace: 'const { groupId } = event;',
    tests: [PUBLISHER],
  },
  {
    name: 'publishing-is-tried-once-only',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'await retryUntil(() => outcomes.publish(event, limits), until, clock, limits);',
    replace: 'await outcomes.publish(event, limits);',
    tests: [PUBLISHER],
  },
  {
    name: 'event-published-again-has-another-id',
    file: 'functions/core/outcome/outcome.ts',
    find: 'return `${requestId}.${kind}`;',
    replace: 'return `${requestId}.${kind}.${Math.random()}`;',
    tests: [QUEUES],
  },
  {
    name: 'event-does-not-say-that-the-endpoint-may-have-acted',
    file: 'functions/core/outcome/encode-result.ts',
    find: ', may_have_acted: mayHaveActed } };',
    replace: ' } };',
    tests: [QUEUES],
  },
  {
    name: 'event-has-characters-that-sqs-refuses',
    file: 'functions/core/outcome/cloud-event.ts',
    find: 'return escapeForSqs(',
    replace: 'return String(',
    tests: [QUEUES],
  },
  {
    name: 'event-says-nothing-of-its-warnings',
    file: 'functions/core/outcome/cloud-event.ts',
    find: '...encodeResult(outcome), attempts, warnings }',
    replace: '...encodeResult(outcome), attempts, warnings: [] }',
    tests: [QUEUES],
  },
  {
    name: 'event-too-long-is-cut-as-text',
    file: 'functions/adapters/queues/result-queue.ts',
    find: 'const body = isTooLong ? encodeEvent(shortened(event), stage) : whole;',
    replace: 'const body = isTooLong ? whole.slice(0, MAX_BYTES) : whole;',
    tests: [QUEUES],
  },
  {
    name: 'event-too-long-is-sent-whole',
    file: 'functions/adapters/queues/result-queue.ts',
    find: 'byteLength(whole) > MAX_BYTES && ',
    replace: 'byteLength(whole) > 2 * MAX_BYTES && ',
    tests: [QUEUES],
  },
  {
    name: 'long-text-of-the-endpoint-is-kept-whole',
    file: 'functions/core/outcome/failure.ts',
    find: 'isJson(response) ? response : firstBytes(response, MAX_TEXT_RESPONSE_BYTES)',
    replace: 'response',
    tests: ['test/functions/core/outcome/failure.test.ts'],
  },
  {
    name: 'wait-is-not-noted-in-the-ledger',
    file: 'functions/core/processing/attempt.ts',
    find: 'await retryUntil(() => ledger.wait(claimed, next, limits), until, clock, limits);',
    replace: '',
    tests: [WORKER],
  },
  {
    name: 'outcome-of-an-earlier-attempt-is-counted-again',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'standing.attempts === outcome.attempts && ',
    replace: '',
    tests: ['test/functions/core/outcome/record-and-publish.test.ts'],
  },
  {
    name: 'refusal-is-counted-before-it-is-published',
    file: 'functions/core/outcome/record-and-publish.ts',
    find: 'await publish({ ...event, groupId,',
    replace: 'void publish({ ...event, groupId,',
    tests: ['test/functions/core/outcome/record-and-publish.test.ts'],
  },
  {
    name: 'batch-event-names-its-start-for-its-end',
    file: 'functions/core/outcome/cloud-event.ts',
    find: 'finished_at: isoTimeIfAny(finishedAt)',
    replace: 'finished_at: isoTimeIfAny(startedAt)',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
  {
    name: 'event-of-an-image-leaves-the-trace-of-its-request',
    file: 'functions/core/outcome/cloud-event.ts',
    find: 'return { subject: groupId, at, traceparent, data: { ...(body',
    replace: 'return { subject: groupId, at, traceparent: undefined, data: { ...(body',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
  {
    name: 'event-of-a-request-that-is-sent-again-does-not-say-for-which',
    file: 'functions/core/outcome/cloud-event.ts',
    find: '          again_for: request.again?.requestId,\n',
    replace: '',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
  {
    name: 'paused-callback-has-failed-since-it-was-paused',
    file: 'functions/core/outcome/cloud-event.ts',
    find: 'failing_since: isoTimeIfAny(failingSince)',
    replace: 'failing_since: isoTime(at)',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
  {
    name: 'event-of-an-outcome-is-of-when-its-request-was-accepted',
    file: 'functions/core/outcome/cloud-event.ts',
    find: '    at: outcome.at,\n',
    replace: '    at: request.acceptedAt,\n',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
  {
    name: 'event-of-a-batch-does-not-say-which-one-it-retries',
    file: 'functions/core/outcome/cloud-event.ts',
    find: '    retry_of: retryOf,\n',
    replace: '',
    tests: ['test/functions/core/outcome/cloud-event.test.ts'],
  },
];
