import type { Mutant } from '../mutant.ts';

const CLIENT = 'test/functions/adapters/autoenhance/client.test.ts';
const KEY = 'test/functions/adapters/autoenhance/client-key.test.ts';
const RETRY_AFTER = 'test/functions/core/retry-after.test.ts';

/** Calls of Autoenhance’s HTTP API. */
export const AUTOENHANCE: readonly Mutant[] = [
  {
    name: 'refused-field-is-not-named',
    file: 'functions/adapters/autoenhance/endpoint-codec.ts',
    find: "verdict === 'final' ? refusedFields(error) : ''",
    replace: "''",
    tests: ['test/functions/adapters/autoenhance/endpoint-codec.test.ts'],
  },
  {
    name: 'retry-after-read-as-ms',
    file: 'functions/core/retry-after.ts',
    find: 'Math.ceil(Number(digits) * factor) * 1000',
    replace: 'Math.ceil(Number(digits) * factor)',
    tests: [RETRY_AFTER],
  },
  {
    name: 'retry-after-without-an-end',
    file: 'functions/core/retry-after.ts',
    find: 'const LONGEST_MS = 60 * 60 * 1000;',
    replace: 'const LONGEST_MS = Number.POSITIVE_INFINITY;',
    tests: [RETRY_AFTER],
  },
  {
    name: 'retry-after-in-the-past-is-a-wait',
    file: 'functions/core/retry-after.ts',
    find: 'return wait < 0 ? undefined : ',
    replace: 'return ',
    tests: [RETRY_AFTER],
  },
  {
    name: 'retry-after-compared-with-our-clock',
    file: 'functions/core/retry-after.ts',
    find: "(parseDate(headers.date?.trim() ?? '') ?? now)",
    replace: 'now',
    tests: [RETRY_AFTER],
  },
  {
    name: 'call-begins-with-too-little-time',
    file: 'functions/adapters/autoenhance/client.ts',
    find: 'signal.aborted || left < leastMs || ',
    replace: 'signal.aborted || ',
    tests: [CLIENT],
  },
  {
    name: 'call-begins-after-it-may',
    file: 'functions/adapters/autoenhance/client.ts',
    find: ' || clock.now() >= startsUntil ? 0 : left',
    replace: ' ? 0 : left',
    tests: [CLIENT],
  },
  {
    name: 'key-is-not-read-again',
    file: 'functions/adapters/autoenhance/client.ts',
    find: 'const KEY_STATUSES = [401, 402, 403];',
    replace: 'const KEY_STATUSES = [402, 403];',
    tests: [KEY],
  },
  {
    name: 'same-key-is-sent-twice',
    file: 'functions/adapters/autoenhance/client.ts',
    find: 'const isChanged = fresh !== undefined && fresh !== key;',
    replace: 'const isChanged = fresh !== undefined;',
    tests: [KEY],
  },
  {
    name: 'response-shows-the-key',
    file: 'functions/adapters/autoenhance/client.ts',
    find: 'if (key === undefined) return body;',
    replace: "if (body !== '') return body;",
    tests: [KEY],
  },
  {
    name: 'sent-call-counts-as-not-sent',
    file: 'functions/adapters/autoenhance/client.ts',
    find: 'if (!sent) return new EndpointNotReached',
    replace: 'if (sent) return new EndpointNotReached',
    tests: [CLIENT],
  },
  {
    name: 'call-without-a-connection-may-have-acted',
    file: 'functions/adapters/autoenhance/exchange.ts',
    find: '    let isReused = false;',
    replace: '    progress.sent = true;\n    let isReused = false;',
    tests: [CLIENT],
  },
  {
    name: 'request-is-written-twice-on-a-dead-connection',
    file: 'functions/adapters/autoenhance/exchange.ts',
    find: 'if (isReused && !progress.sent && progress.stopped === undefined)',
    replace: 'if (isReused && progress.stopped === undefined)',
    tests: ['test/functions/adapters/autoenhance/dead-connections.test.ts'],
  },
  {
    name: 'picture-is-fetched-without-tls',
    file: 'functions/adapters/autoenhance/picture-codec.ts',
    find: `? ['https:'] :`,
    replace: `? ['https:', 'http:'] :`,
    tests: ['test/functions/adapters/autoenhance/preview.test.ts'],
  },
  {
    name: 'half-of-a-picture-is-shown',
    file: 'functions/adapters/autoenhance/picture-codec.ts',
    find: 'if (!truncated && PICTURE_TYPE',
    replace: 'if (PICTURE_TYPE',
    tests: ['test/functions/adapters/autoenhance/preview.test.ts'],
  },
  {
    name: 'picture-is-bought',
    file: 'functions/adapters/autoenhance/picture-codec.ts',
    find: 'preview=true&',
    replace: 'preview=false&',
    tests: ['test/functions/adapters/autoenhance/preview.test.ts'],
  },
  {
    name: 'response-is-read-beyond-its-bound',
    file: 'functions/adapters/autoenhance/read-body.ts',
    find: 'chunks.push(chunk.subarray(0, room));',
    replace: 'chunks.push(chunk);',
    tests: ['test/functions/adapters/autoenhance/transport.test.ts'],
  },
  {
    name: 'error-of-a-secret-quotes-it',
    file: 'functions/adapters/secrets/read-secret.ts',
    find: `\${isKnown && message !== '' ?`,
    replace: `\${message !== '' ?`,
    tests: [
      'test/functions/adapters/secrets/read-secret.test.ts',
      'test/functions/adapters/secrets/secret-cache.test.ts',
    ],
  },
  {
    name: 'call-that-was-never-made-is-counted',
    file: 'functions/adapters/autoenhance/counted-transport.ts',
    find: 'error instanceof TransportFailed && (error.sent || !call.signal.aborted)',
    replace: 'error instanceof TransportFailed',
    tests: ['test/functions/adapters/autoenhance/counted-transport.test.ts'],
  },
  {
    name: 'failed-call-looks-like-a-response',
    file: 'functions/adapters/autoenhance/counted-transport.ts',
    find: '      throw error;\n',
    replace: "      return { status: 0, headers: {}, body: '', truncated: true };\n",
    tests: ['test/functions/adapters/autoenhance/counted-transport.test.ts'],
  },
];
