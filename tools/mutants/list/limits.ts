import type { Mutant } from '../mutant.ts';

const LIMITS = 'test/functions/partner-limits.test.ts';
const REQUESTS = 'test/functions/reprocess-api/requests.test.ts';
const BATCHES = 'test/functions/batch-api/batches.test.ts';

/** What each partner may ask for. */
export const LIMITS_OF_PARTNERS: readonly Mutant[] = [
  {
    name: 'partner-has-no-limit',
    file: 'functions/core/partner-limits.ts',
    find: 'left.calls -= 1;',
    replace: '',
    tests: [LIMITS],
  },
  {
    name: 'operator-has-a-limit',
    file: 'functions/core/partner-limits.ts',
    find: "if (role === 'operator') return;",
    replace: '',
    tests: [LIMITS],
  },
  {
    name: 'own-limits-of-a-partner-are-ignored',
    file: 'functions/core/partner-limits.ts',
    find: 'const bucket = { ...defaults, ...own };',
    replace: 'const bucket = { ...own, ...defaults };',
    tests: [LIMITS],
  },
  {
    name: 'flood-of-a-partner-reaches-the-ledger',
    file: 'functions/core/partner-limits.ts',
    find: 'left.calls === 0 && clock.now() >= left.refusedUntil',
    replace: 'left.calls === 0',
    tests: [LIMITS],
  },
  {
    name: 'ledger-that-is-away-refuses-calls',
    file: 'functions/core/partner-limits.ts',
    find: 'left.calls = got?.taken ?? 1;',
    replace: 'left.calls = got?.taken ?? 0;',
    tests: [LIMITS],
  },
  {
    name: 'ledger-that-hangs-holds-up-every-call',
    file: 'functions/core/partner-limits.ts',
    find: 'return await withTimeout(TAKE_MS, clock, limits, take);',
    replace: 'return await withTimeout(100 * TAKE_MS, clock, limits, take);',
    tests: [LIMITS],
  },
  {
    name: 'ledger-that-is-away-admits-for-ever',
    file: 'functions/core/partner-limits.ts',
    find: 'left.calls = got?.taken ?? 1;',
    replace: 'left.calls = got?.taken ?? LARGEST_LOT;',
    tests: [LIMITS],
  },
  {
    name: 'one-container-takes-the-whole-burst',
    file: 'functions/core/partner-limits.ts',
    find: 'const LARGEST_LOT = 25;',
    replace: 'const LARGEST_LOT = 2500;',
    tests: [LIMITS],
  },
  {
    name: 'one-container-takes-the-whole-small-burst',
    file: 'functions/core/partner-limits.ts',
    find: 'const LOTS_IN_BURST = 4;',
    replace: 'const LOTS_IN_BURST = 1;',
    tests: [LIMITS],
  },
  {
    name: 'batches-are-counted-by-the-month',
    file: 'functions/core/partner-limits.ts',
    find: '.slice(0, 10)',
    replace: '.slice(0, 7)',
    tests: [LIMITS],
  },
  {
    name: 'refused-batch-is-to-come-again-a-day-later',
    file: 'functions/core/partner-limits.ts',
    find: 'DAY_MS - (now % DAY_MS)',
    replace: 'DAY_MS',
    tests: [LIMITS],
  },
  {
    name: 'bucket-is-refilled-twice-as-fast',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'const refillMs = 1000 / callsPerSecond;',
    replace: 'const refillMs = 500 / callsPerSecond;',
    tests: [LIMITS],
  },
  {
    name: 'bucket-has-no-bottom',
    file: 'functions/adapters/ledger/allowances.ts',
    find: "'full_at BETWEEN :now AND :latest'",
    replace: "'full_at >= :now OR full_at > :latest'",
    tests: [LIMITS],
  },
  {
    name: 'bucket-that-was-left-alone-stays-empty',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'attribute_not_exists(full_at) OR full_at < :now',
    replace: 'attribute_not_exists(full_at) OR full_at = :now',
    tests: [LIMITS],
  },
  {
    name: 'two-containers-fill-a-bucket-anew',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'attribute_not_exists(full_at) OR full_at < :now',
    replace: 'attribute_not_exists(full_at) OR full_at <> :now',
    tests: [LIMITS],
  },
  {
    name: 'batch-that-is-uploaded-is-not-counted',
    file: 'functions/core/batch/create-batch.ts',
    find: '    if (wanted.partner !== undefined) await admit(wanted.partner, limits);\n    const batch',
    replace: '    const batch',
    tests: [BATCHES],
  },
  {
    name: 'refused-batch-is-counted',
    file: 'functions/core/batch/create-batch.ts',
    find: "    if (found.refusal !== undefined) return { kind: 'refused', check: found };\n    if (wanted.partner !== undefined) await admit(wanted.partner, limits);\n",
    replace:
      "    if (wanted.partner !== undefined) await admit(wanted.partner, limits);\n    if (found.refusal !== undefined) return { kind: 'refused', check: found };\n",
    tests: [BATCHES],
  },
  {
    name: 'repeated-batch-is-counted',
    file: 'functions/core/batch/create-batch.ts',
    find: '    if (known !== undefined) return known;\n    const { check: found, pace }',
    replace:
      '    if (known !== undefined && wanted.partner !== undefined) await admit(wanted.partner, limits);\n    if (known !== undefined) return known;\n    const { check: found, pace }',
    tests: [BATCHES],
  },
  {
    name: 'own-limit-of-batches-is-anothers',
    file: 'functions/composition/partner-keys.ts',
    find: 'partner.name === name)?.limits',
    replace: 'partner.name !== name)?.limits',
    tests: [BATCHES],
  },
  {
    name: 'refused-call-does-not-say-its-limit',
    file: 'functions/lambda/partner-limits.ts',
    find: "'retry-after': seconds, ...rateLimitFields(policy, seconds) };",
    replace: "'retry-after': seconds, ...rateLimitFields(policy, '0') };",
    tests: [REQUESTS],
  },
  {
    name: 'limits-are-missing-from-an-entry',
    file: 'functions/order-api/index.ts',
    find: '\n  .use(partnerLimits(parts));',
    replace: ';\nvoid partnerLimits;',
    tests: ['test/infra/bundles.test.ts'],
  },
  {
    name: 'partner-takes-more-calls-than-its-burst',
    file: 'functions/adapters/ledger/allowances.ts',
    find: "':latest': number(latest - cost) };",
    replace: "':latest': number(latest) };",
    tests: [LIMITS],
  },
  {
    name: 'partner-makes-one-batch-too-many',
    file: 'functions/adapters/ledger/allowances.ts',
    find: 'batches < :most',
    replace: 'batches <= :most',
    tests: [LIMITS],
  },
];
