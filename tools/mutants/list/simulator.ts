import type { Mutant } from '../mutant.ts';

const ALLOWANCES = 'test/chaos/allowances.test.ts';
const CALLBACKS = 'test/chaos/callbacks.test.ts';
const ORDERS = 'test/chaos/orders.test.ts';
const UPLOADS = 'test/chaos/uploads.test.ts';

/** What the simulator is to notice by itself: limits of partners, orders, files that are put to URLs, callbacks. */
export const SIMULATOR: readonly Mutant[] = [
  {
    name: 'lot-of-calls-costs-a-single-call',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'const cost = taken * refillMs;',
    replace: 'const cost = refillMs;',
    tests: [ALLOWANCES],
  },
  {
    name: 'partners-share-one-bucket',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'const id = `calls:${partner}`;',
    replace: "const id = 'calls:all';",
    tests: [ALLOWANCES],
  },
  {
    name: 'batches-of-a-day-are-not-counted',
    file: 'functions/core/batch/create-batch.ts',
    find: "    if (found.refusal !== undefined) return { kind: 'refused', check: found };\n    if (wanted.partner !== undefined) await admit(wanted.partner, limits);\n",
    replace: "    if (found.refusal !== undefined) return { kind: 'refused', check: found };\n",
    tests: [ALLOWANCES],
  },
  {
    name: 'image-that-waits-for-its-file-is-sent',
    file: 'functions/core/batch/order.ts',
    find: "  waiting: 'its file was never uploaded (status waiting)',\n",
    replace: '',
    tests: [ORDERS],
  },
  {
    name: 'image-that-is-left-out-is-not-told',
    file: 'functions/core/batch/order.ts',
    find: 'else if (reason !== undefined) leftOut.push({ imageId, reason });',
    replace: 'else if (reason !== undefined) continue;',
    tests: [ORDERS],
  },
  {
    name: 'image-that-an-order-shows-twice-is-sent-twice',
    file: 'functions/core/batch/order.ts',
    find: 'return { imageIds: [...chosen], leftOut',
    replace: 'return { imageIds: meant.flatMap(({ imageId: id = "" }) => (chosen.has(id) ? [id] : [])), leftOut',
    tests: [ORDERS],
  },
  {
    name: 'order-that-is-merging-is-taken-for-an-empty-one',
    file: 'functions/order-api/responses.ts',
    find: 'if (!isMerging) return undefined;',
    replace: 'if (isMerging || !isMerging) return undefined;',
    tests: [ORDERS],
  },
  {
    name: 'each-call-for-an-order-is-a-batch-of-its-own',
    file: 'functions/order-api/handler.ts',
    find: 'fingerprint: identity, ...keyOf(input) });',
    replace: 'fingerprint: identity + Math.random(), ...keyOf(input) });',
    tests: [ORDERS],
  },
  {
    name: 'each-call-that-announces-a-file-is-a-batch-of-its-own',
    file: 'functions/batch-api/create.ts',
    find: "idempotencyKey === undefined ? batchIdOf('upload', randomId()) : batchIdFor({ owner, ...input });",
    replace: "idempotencyKey === '' ? batchIdFor({ owner, ...input }) : batchIdOf('upload', randomId());",
    tests: [UPLOADS],
  },
  {
    name: 'url-of-an-announced-file-is-not-told',
    file: 'functions/batch-api/create.ts',
    find: "return stateOf(batch) === 'checking' && batch.file.version === undefined;",
    replace: "return stateOf(batch) === 'checking' && batch.file.version !== undefined;",
    tests: [UPLOADS],
  },
  {
    name: 'receiver-that-answers-410-is-called-again',
    file: 'functions/core/callback/delivery-policy.ts',
    find: "if (result.kind === 'answered' && result.status === 410) return { kind: 'gone' };\n",
    replace: '',
    tests: [CALLBACKS],
  },
  {
    name: 'callback-is-removed-and-nobody-is-told',
    file: 'functions/core/callback/deliver-callback.ts',
    find: "    await events.publish(eventOf('callback.removed', partner, target, { at: clock.now(), detail }), limits);\n",
    replace: '    eventOf("callback.removed", partner, target, { at: clock.now(), detail });\n',
    tests: [CALLBACKS],
  },
  {
    name: 'what-waits-for-a-removed-callback-is-dropped',
    file: 'functions/core/callback/deliver-callback.ts',
    find: 'return giveUp(delivery, UNWANTED, limits);',
    replace: 'return DONE;',
    tests: [CALLBACKS],
  },
  {
    name: 'callback-that-was-delivered-is-not-written-down',
    file: 'functions/core/callback/deliver-callback.ts',
    find: "    await deliveries.save({ ...attempted, state: 'delivered' }, limits);\n",
    replace: '',
    tests: [CALLBACKS],
  },
  {
    name: 'callback-comes-before-its-next-attempt',
    file: 'functions/core/callback/delivery-policy.ts',
    find: '  30 * MINUTE,\n  2 * HOUR,',
    replace: '  30 * SECOND,\n  2 * MINUTE,',
    tests: [CALLBACKS],
  },
  {
    name: 'callbacks-of-an-image-have-no-order',
    file: 'functions/core/callback/callback-message.ts',
    find: "hash('sha256', subject).slice(0, GROUP_DIGITS)",
    replace: "hash('sha256', subject + Math.random()).slice(0, GROUP_DIGITS)",
    tests: [CALLBACKS],
  },
  {
    name: 'callback-is-paused-after-minutes',
    file: 'functions/core/callback/deliver-callback.ts',
    find: 'const PAUSE_AFTER_MS = 24 * 60 * 60 * 1000;',
    replace: 'const PAUSE_AFTER_MS = 24 * 60 * 1000;',
    tests: [CALLBACKS],
  },
  {
    name: 'callback-waits-until-its-queue-drops-it',
    file: 'functions/core/callback/deliver-callback.ts',
    find: 'if (now - message.at > lifetimeMs)',
    replace: 'if (now - message.at > 2 * lifetimeMs)',
    tests: [CALLBACKS],
  },
  {
    name: 'callback-of-a-partner-is-remembered-for-too-long',
    file: 'functions/core/callback/tell-partners.ts',
    find: 'const KNOWN_FOR_MS = 10_000;',
    replace: 'const KNOWN_FOR_MS = 10_000_000;',
    tests: [CALLBACKS],
  },
];
