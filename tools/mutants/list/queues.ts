import type { Mutant } from '../mutant.ts';

const TESTS = 'test/functions/adapters/queues/queues.test.ts';
const VISIBILITY = 'test/functions/adapters/queues/message-visibility.test.ts';

/** What is asked of SQS. */
export const QUEUES: readonly Mutant[] = [
  {
    name: 'messages-hidden-ten-times-too-long',
    file: 'functions/adapters/queues/message-visibility.ts',
    find: 'Math.ceil(ms / 1000)',
    replace: 'Math.ceil(ms / 100)',
    tests: [VISIBILITY],
  },
  {
    name: 'messages-come-a-moment-too-early',
    file: 'functions/adapters/queues/message-visibility.ts',
    find: 'Math.ceil(ms / 1000)',
    replace: 'Math.floor(ms / 1000)',
    tests: [VISIBILITY],
  },
  {
    name: 'messages-hidden-longer-than-sqs-takes',
    file: 'functions/adapters/queues/message-visibility.ts',
    find: 'Math.min(MAX_SECONDS, ',
    replace: 'Math.min(10 * MAX_SECONDS, ',
    tests: [VISIBILITY],
  },
  {
    name: 'visibility-that-cannot-be-changed-fails-the-batch',
    file: 'functions/adapters/queues/message-visibility.ts',
    find: "log.warn('the visibility timeout of a message could not be changed', loggedError(error));",
    replace: 'throw error;',
    tests: [VISIBILITY],
  },
  {
    name: 'refused-event-counts-as-published',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'if (failed === undefined) entry.resolve();',
    replace: 'if (failed !== null) entry.resolve();',
    tests: [TESTS],
  },
  {
    name: 'event-batch-over-1-mib',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'last.length < MAX_ENTRIES && bytes <= MAX_BYTES',
    replace: 'last.length < MAX_ENTRIES',
    tests: [TESTS],
  },
  {
    name: 'event-in-a-group-of-its-own',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'MessageGroupId: groupId,',
    replace: 'MessageGroupId: id,',
    tests: [TESTS],
  },
  {
    name: 'event-deduplicated-by-its-image',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'MessageDeduplicationId: id,',
    replace: 'MessageDeduplicationId: groupId,',
    tests: [TESTS],
  },
  {
    name: 'refused-request-counts-as-queued',
    file: 'functions/adapters/queues/request-batches.ts',
    find: 'return Failed.map(({ Id }) => Number(Id));',
    replace: 'return Failed.map(({ Id }) => Number(Id)).slice(1);',
    tests: ['test/functions/adapters/queues/request-batches.test.ts'],
  },
  {
    name: 'requests-of-one-image-in-different-groups',
    file: 'functions/adapters/queues/request-queue.ts',
    find: 'MessageGroupId: request.imageId',
    replace: 'MessageGroupId: request.requestId',
    tests: [TESTS],
  },
  {
    name: 'lines-of-one-image-in-different-groups',
    file: 'functions/adapters/queues/request-batches.ts',
    find: 'MessageGroupId: imageId,',
    replace: 'MessageGroupId: requestId,',
    tests: ['test/functions/adapters/queues/request-batches.test.ts'],
  },
  {
    name: 'lines-are-not-deduplicated-by-their-id',
    file: 'functions/adapters/queues/request-batches.ts',
    find: 'MessageDeduplicationId: requestId,',
    replace: 'MessageDeduplicationId: `${requestId}.${Math.random()}`,',
    tests: ['test/functions/adapters/queues/request-batches.test.ts'],
  },
  {
    name: 'depth-is-read-for-each-call',
    file: 'functions/adapters/queues/backlog.ts',
    find: 'if (clock.now() - readAt < READ_EVERY_MS) return isDeep;',
    replace: '',
    tests: ['test/functions/adapters/queues/backlog.test.ts'],
  },
  {
    name: 'hidden-messages-are-no-load',
    file: 'functions/adapters/queues/queue-depth.ts',
    find: 'return visible + hidden;',
    replace: 'return visible;',
    tests: ['test/functions/adapters/queues/backlog.test.ts'],
  },
  {
    name: 'event-that-is-too-long-keeps-what-came',
    file: 'functions/adapters/queues/result-queue.ts',
    find: "{ ...request, original: '' }",
    replace: 'request',
    tests: ['test/functions/adapters/queues/queues.test.ts'],
  },
  {
    name: 'batch-of-two-ends-with-the-signal-of-the-first-alone',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'signals.length === 1 ? signals[0] : AbortSignal.any(signals)',
    replace: 'signals[0]',
    tests: ['test/functions/adapters/queues/queues.test.ts'],
  },
  {
    name: 'queue-that-cannot-be-looked-at-is-not-deep',
    file: 'functions/adapters/queues/backlog.ts',
    find: "      log.warn('the depth",
    replace: "      isDeep = false;\n      log.warn('the depth",
    tests: ['test/functions/adapters/queues/backlog.test.ts'],
  },
  {
    name: 'queue-that-cannot-be-looked-at-is-looked-at-by-each-call',
    file: 'functions/adapters/queues/backlog.ts',
    find: '    readAt = clock.now();\n    try {\n      isDeep = (await depthOf({ send, queueUrl }, limits)) > limit;\n',
    replace:
      '    try {\n      isDeep = (await depthOf({ send, queueUrl }, limits)) > limit;\n      readAt = clock.now();\n',
    tests: ['test/functions/adapters/queues/backlog.test.ts'],
  },
  {
    name: 'line-that-has-left-is-waited-for',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: '        publishers -= 1;\n',
    replace: '',
    tests: ['test/functions/adapters/queues/queues.test.ts'],
  },
  {
    name: 'wait-of-an-earlier-batch-sends-the-next-one',
    file: 'functions/adapters/queues/shared-batches.ts',
    find: 'if (mine === round && pending.length > 0) flush();',
    replace: 'if (pending.length > 0) flush();',
    tests: ['test/functions/adapters/queues/queues.test.ts'],
  },
];
