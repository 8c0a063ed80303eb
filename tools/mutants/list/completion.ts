import type { Mutant } from '../mutant.ts';

const WEBHOOK = 'test/functions/autoenhance-webhook/webhook.test.ts';
const SWEEP = 'test/functions/completion-sweep/sweep.test.ts';
const VERDICT = 'test/functions/core/completion/completion.test.ts';
const ATTRIBUTION = 'test/functions/core/completion/attribute-completion.test.ts';
const SCHEDULE = 'test/functions/core/completion/sweep/look-schedule.test.ts';

/** How images end: the webhook and the sweep. */
export const COMPLETION: readonly Mutant[] = [
  {
    name: 'any-token-is-good',
    file: 'functions/core/completion/webhook-token.ts',
    find: 'matches.includes(true)',
    replace: 'matches.length > 0',
    tests: ['test/functions/core/completion/webhook-token.test.ts'],
  },
  {
    name: 'call-without-a-token-is-let-in',
    file: 'functions/lambda/webhook-authentication.ts',
    find: "return problem(401, 'the call is not authorized');",
    replace: 'return undefined;',
    tests: [WEBHOOK],
  },
  {
    name: 'oldest-request-gets-the-completion',
    file: 'functions/core/completion/attribute-completion.ts',
    find: "sent.find(({ state }) => state === 'succeeded')",
    replace: "sent.findLast(({ state }) => state === 'succeeded')",
    tests: [ATTRIBUTION],
  },
  {
    name: 'ambiguity-is-concealed',
    file: 'functions/core/completion/attribute-completion.ts',
    find: 'isAmbiguous: candidates > 1',
    replace: 'isAmbiguous: candidates > 9',
    tests: [ATTRIBUTION],
  },
  {
    name: 'second-call-of-the-webhook-is-certain',
    file: 'functions/core/completion/attribute-completion.ts',
    find: "meant.isCompleted || meant.state === 'under_way' || !isFinal;",
    replace: 'false;',
    tests: [ATTRIBUTION],
  },
  {
    name: 'webhook-is-believed-against-the-record',
    file: 'functions/core/completion/completion.ts',
    find: 'confirmed === false ? !hasFailed : hasFailed',
    replace: 'hasFailed',
    tests: [VERDICT],
  },
  {
    name: 'unconfirmed-completion-ends-the-look',
    file: 'functions/core/completion/completion.ts',
    find: "by === 'sweep' || confirmed !== null",
    replace: "by === 'sweep' || confirmed === null",
    tests: [VERDICT],
  },
  {
    name: 'same-news-have-another-id',
    file: 'functions/core/completion/completion-event-id.ts',
    find: 'JSON.stringify([status, statusReason, confirmed])',
    replace: 'JSON.stringify([status, statusReason, confirmed, verdict.at])',
    tests: ['test/functions/core/completion/completion-event-id.test.ts'],
  },
  {
    name: 'other-news-have-the-same-id',
    file: 'functions/core/completion/completion-event-id.ts',
    find: 'JSON.stringify([status, statusReason, confirmed])',
    replace: 'JSON.stringify([status])',
    tests: ['test/functions/core/completion/completion-event-id.test.ts'],
  },
  {
    name: 'webhook-is-answered-before-its-event-is-published',
    file: 'functions/core/completion/publish-completion.ts',
    find: 'if (failed !== undefined) throw failed.reason;',
    replace: '',
    tests: [WEBHOOK],
  },
  {
    name: 'completion-that-was-not-published-is-forgotten',
    file: 'functions/core/completion/receive-notification.ts',
    find: '      await lookSoon(completed, limits);\n',
    replace: '',
    tests: [WEBHOOK],
  },
  {
    name: 'contradiction-is-not-counted',
    file: 'functions/core/completion/complete-image.ts',
    find: 'if (verdict.confirmed !== false) return;',
    replace: 'if (verdict.confirmed !== null) return;',
    tests: [WEBHOOK],
  },
  {
    name: 'webhook-passes-off-members-as-ours',
    file: 'functions/core/outcome/cloud-event.ts',
    find: '{ ...(body as JsonObject), ...ours }',
    replace: '{ ...ours, ...(body as JsonObject) }',
    tests: [WEBHOOK],
  },
  {
    name: 'call-of-the-webhook-is-not-noted',
    file: 'functions/core/completion/webhook-seen.ts',
    find: 'notedAt = now;',
    replace: 'notedAt = now + NOTE_EVERY_MS;',
    tests: ['test/functions/reprocess-api/health.test.ts'],
  },
  {
    name: 'sweep-asks-while-a-person-has-paused',
    file: 'functions/core/completion/sweep/sweep.ts',
    find: 'if (await isPaused(limits)) return',
    replace: 'if (limits === undefined) return',
    tests: [SWEEP],
  },
  {
    name: 'sweep-stops-at-a-request-that-nobody-can-look-at',
    file: 'functions/core/completion/sweep/sweep.ts',
    find: 'if (limits !== undefined) await postpone(request, limits);',
    replace: '',
    tests: [SWEEP],
  },
  {
    name: 'refused-account-counts-as-a-look',
    file: 'functions/core/completion/sweep/read-image.ts',
    find: "if (error.accountFault || error.code === 'call_not_started')",
    replace: "if (error.code === 'call_not_started')",
    tests: [SWEEP],
  },
  {
    name: 'record-of-another-request-is-certain',
    file: 'functions/core/completion/sweep/look-at-request.ts',
    find: 'isOfRequest(request, record) && !(await hasNewer(request, limits))',
    replace: 'true',
    tests: [SWEEP],
  },
  {
    name: 'sweep-tells-what-the-webhook-has-told',
    file: 'functions/core/completion/sweep/look-at-request.ts',
    find: "if (noted?.completion?.by !== 'sweep') return;",
    replace: 'if (noted?.completion === undefined) return;',
    tests: ['test/functions/core/completion/sweep/look-at-request.test.ts'],
  },
  {
    name: 'look-ends-before-its-completion-is-published',
    file: 'functions/core/completion/sweep/look-at-request.ts',
    find: '    await publishCompletion({ imageId',
    replace: '    await looks.end(requestId, limits);\n    await publishCompletion({ imageId',
    tests: [SWEEP],
  },
  {
    name: 'missed-webhook-is-not-counted',
    file: 'functions/core/completion/sweep/look-at-request.ts',
    find: 'if (await looks.end(requestId, limits)) metrics',
    replace: 'if (!(await looks.end(requestId, limits))) metrics',
    tests: [SWEEP],
  },
  {
    name: 'every-record-has-the-preferences',
    file: 'functions/core/completion/sweep/is-of-request.ts',
    find: 'wanted.length > 0 &&',
    replace: 'wanted.length >= 0 &&',
    tests: ['test/functions/core/completion/sweep/is-of-request.test.ts'],
  },
  {
    name: 'request-is-given-up-at-the-first-look',
    file: 'functions/core/completion/sweep/look-schedule.ts',
    find: 'if (elapsed >= withinMs) return undefined;',
    replace: 'if (elapsed >= (looksMs[0] ?? withinMs)) return undefined;',
    tests: [SCHEDULE],
  },
  {
    name: 'outage-of-the-endpoint-ends-requests',
    file: 'functions/core/completion/sweep/look-schedule.ts',
    find: 'schedule.withinMs + GRACE_MS',
    replace: 'schedule.withinMs',
    tests: [SCHEDULE],
  },
];
