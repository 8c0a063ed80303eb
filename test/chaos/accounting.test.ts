import { describe, expect, it } from 'vitest';
import { LIFETIME } from '../../chaos/accounting/promised-numbers.ts';
import type { Happening } from '../../chaos/facts.ts';
import { accountOf, request } from './support/story.ts';

const one = request('r1');
const { queued, received, known, claimed, called, acted, answered, recorded, published, deleted } = one.steps;
const storyOfOne = (...happenings: readonly Happening[]) => accountOf([one.submission], happenings);

describe('one request', () => {
  it('that goes its way breaks no promise', () => {
    expect(storyOfOne(...one.all)).toMatchObject({
      breaches: [],
      notes: [],
      counts: { accepted: 1, calls: 1, acts: 1 },
    });
  });

  it.each<[string, readonly string[], readonly Happening[]]>([
    ['that nobody answers is lost', ['lost', 'outcomes'], [queued]],
    [
      'with two outcomes has one too many',
      ['outcomes'],
      [...one.all, { ...published, eventId: `${one.requestId}.failed` }],
    ],
    ['whose event comes again with other content', ['changed_event'], [...one.all, { ...published, body: 'other' }]],
    ['whose event nobody asked for', ['unknown_event'], [...one.all, { ...published, eventId: 'nobody.failed' }]],
    ['called without a claim', ['no_claim'], one.all.filter((step) => step !== claimed)],
    [
      'called under a claim of another invocation',
      ['no_claim'],
      one.all.map((step) => (step === called ? { ...called, invocation: 2 } : step)),
    ],
    [
      'called twice under one claim',
      ['no_claim'],
      [...one.all.slice(0, 5), { ...called, call: 2 }, ...one.all.slice(5)],
    ],
    [
      'published before it is recorded',
      ['not_recorded'],
      [queued, received, known, claimed, called, acted, answered, published, recorded, deleted],
    ],
    [
      'deleted before it is published',
      ['deleted_early'],
      [queued, received, known, claimed, called, acted, answered, recorded, deleted, published],
    ],
    [
      'called after its outcome is known',
      ['duplicate_call'],
      [...one.all, { ...claimed, invocation: 2 }, { ...called, call: 2, invocation: 2 }],
    ],
    ['that succeeded though no call was answered', ['unfounded'], one.all.filter((step) => step !== answered)],
    [
      'that counts attempts which nobody began',
      ['miscounted'],
      one.all.map((step) => (step === recorded ? { ...recorded, outcome: outcome({ attempts: 7 }) } : step)),
    ],
    [
      'that went to the dead letters',
      ['dead_letter'],
      [...one.all, { kind: 'dead_lettered', messageId: 'm-r1', count: 1000 }],
    ],
    [
      'of which a step began too late',
      ['over'],
      [...one.all, { kind: 'began_too_late', invocation: 1, what: 'a step' }],
    ],
    ['that sent what AWS refuses', ['malformed'], [...one.all, { kind: 'malformed', what: 'a batch' }]],
  ])('%s', (_, rules, happenings) => {
    expect(storyOfOne(...happenings).broken.toSorted()).toEqual(expect.arrayContaining(rules.toSorted()));
  });

  it('may be published more than once, and each time is counted', () => {
    const { broken, noted } = storyOfOne(...one.all, { ...published, isNew: false });
    expect({ broken, noted }).toEqual({ broken: [], noted: ['repeated_event'] });
  });

  it.each([
    ['has its reason when it is too old to be sent', LIFETIME, []],
    ['has none a minute earlier', LIFETIME - 60_000, ['unfounded']],
  ])('that expired %s', (_, at, rules) => {
    const error = { code: 'expired', title: 'expired', detail: 'too old' };
    const end = one.endsAs(outcome({ kind: 'failed', attempts: 0, error }), 'expired');
    const [expired, event] = [
      { ...end.recorded, at },
      { ...end.published, at: at + 10 },
    ];
    // Something held it up for so long.
    const fault: Happening = { kind: 'fault', text: 'SendMessage: lost', invocation: 9 };
    const story = [
      queued,
      fault,
      received,
      known,
      { ...claimed, at: at - 10 },
      expired,
      event,
      { ...deleted, at: at + 20 },
    ];
    expect(storyOfOne(...story).broken).toEqual(rules);
  });

  it('that failed and conceals a call which acted', () => {
    const { recorded: failed, published: event } = one.endsAs(
      outcome({ kind: 'failed', error: { code: 'not_found' } }),
      'not_found',
    );
    const { broken } = storyOfOne(
      queued,
      received,
      known,
      claimed,
      called,
      acted,
      { ...answered, how: 404 },
      failed,
      event,
    );
    expect(broken).toEqual(['hidden_act']);
  });
});

describe('a call that is made again after the endpoint acted', () => {
  const twice = one.endsAs(outcome({ attempts: 2 }));
  const again: readonly Happening[] = [
    { ...claimed, invocation: 2 },
    { ...called, call: 2, invocation: 2 },
    { ...acted, call: 2 },
    { ...answered, call: 2 },
    { ...twice.recorded, invocation: 2 },
    twice.published,
    deleted,
  ];
  const waiting: Happening = { kind: 'waiting', requestId: one.requestId, invocation: 1, nextAttemptAt: 0 };

  it.each<[string, string, readonly Happening[]]>([
    ['duplicate_crash', 'its process died', [{ kind: 'killed', invocation: 1, text: 'test' }]],
    [
      'duplicate_crash',
      'its invocation was cut off',
      [answered, { kind: 'stalled', invocation: 1, ms: 1000 }, { kind: 'cut_off', invocation: 1 }],
    ],
    ['duplicate_lost', 'its response was lost', [{ ...answered, how: 'lost' }, waiting]],
    [
      'duplicate_ledger',
      'its outcome could not be written',
      [answered, { kind: 'ledger_failed', requestId: one.requestId, operation: 'UpdateItem', invocation: 1 }],
    ],
  ])('is explained (%s) when %s', (note, _, between) => {
    const { broken, noted } = storyOfOne(queued, received, known, claimed, called, acted, ...between, ...again);
    expect(broken).toEqual([]);
    expect(noted).toEqual(expect.arrayContaining([note, 'repeated_act']));
  });

  it('is a breach when nothing explains it', () => {
    const { broken } = storyOfOne(queued, received, known, claimed, called, acted, answered, waiting, ...again);
    expect(broken).toContain('duplicate_call');
  });

  it.each(['lost', 504] as const)('is a breach when it comes within 30 s of a response that was %s', (how) => {
    const soon = again.map((step) => ({ ...step, at: 20_000 }));
    const { broken } = storyOfOne(
      queued,
      received,
      known,
      claimed,
      called,
      acted,
      { ...answered, how },
      waiting,
      ...soon,
    );
    expect(broken).toContain('too_early');
  });

  it('is none when its container was cut off long before, and learned of the loss late', () => {
    const cutOff: Happening = { kind: 'cut_off', invocation: 1 };
    const late = [{ ...answered, how: 'lost' } as const, ...again].map((step) => ({ ...step, at: 360_000 }));
    const { broken } = storyOfOne(queued, received, known, claimed, called, acted, cutOff, ...late);
    expect(broken).not.toContain('too_early');
  });

  it('is a breach when it comes before its time', () => {
    const later = { ...waiting, nextAttemptAt: Date.parse('2026-11-22T11:00:00Z') };
    const { broken } = storyOfOne(
      queued,
      received,
      known,
      claimed,
      called,
      acted,
      { ...answered, how: 'lost' },
      later,
      ...again,
    );
    expect(broken).toEqual(['too_late', 'too_early']);
  });
});

describe('two requests for one image', () => {
  const two = request('r2');
  const story = (...happenings: readonly Happening[]) => accountOf([one.submission, two.submission], happenings);
  const [afterOne, afterTwo] = [one.all.slice(1), two.all.slice(1)];

  it('one after the other break no promise', () => {
    expect(story(queued, two.steps.queued, ...afterOne, ...afterTwo).broken).toEqual([]);
  });

  it('the later one first breaks the order of calls, acts and outcomes', () => {
    const { broken } = story(queued, two.steps.queued, ...afterTwo, ...afterOne);
    expect(broken).toEqual(['outcome_order', 'call_order', 'act_order']);
  });

  it('a late act of the first is counted, and is no breach', () => {
    const lost = [claimed, called, { ...answered, how: 'lost' as const }, { ...claimed, invocation: 3 }];
    const repeated = [
      { ...called, call: 3, invocation: 3 },
      { ...acted, call: 3 },
      { ...answered, call: 3 },
      ...Object.values(one.endsAs(outcome({ attempts: 2 }))),
      deleted,
    ];
    const late = { ...acted, isLate: true };
    const { broken, noted } = story(queued, two.steps.queued, known, ...lost, ...repeated, ...afterTwo, late);
    expect(broken).toEqual([]);
    expect(noted).toEqual(expect.arrayContaining(['late_act', 'late_disorder', 'repeated_act']));
  });
});

describe('a poison request', () => {
  const poison = request('r1', { poison: 'on_claim' });
  const mate = request('r2');
  const failed = ({ endsAs, steps }: typeof mate): readonly Happening[] => [
    ...Object.values(endsAs(INTERNAL, 'internal')),
    steps.deleted,
  ];
  const death = (invocation: number): readonly Happening[] => [
    { ...poison.steps.received, invocation },
    { ...poison.steps.claimed, invocation },
    { kind: 'killed', invocation, text: 'poison', poison: 'r1' },
    { kind: 'ended', invocation, text: 'the process crashed' },
  ];
  const story = (...happenings: readonly (Happening & { at?: number })[]) =>
    accountOf([poison.submission, mate.submission], happenings);
  const begin = [poison.steps.queued, mate.steps.queued, poison.steps.known];
  const end = failed(poison);

  it('that ends after three crashes breaks no promise', () => {
    const crashes = [1, 2, 3].flatMap(death);
    expect(story(...begin, ...crashes, ...end, ...mate.all.slice(1)).broken).toEqual([]);
  });

  it('is judged once, and not by a message that repeats it', () => {
    const again = { ...poison.submission, ref: 'again' };
    const messageId = 'm-again';
    const late = 40 * 60_000;
    const deaths = [1, 2, 3].flatMap((nth) =>
      death(nth).map((step) => ({ ...step, at: 100 + (nth - 1) * 13 * 60_000 })),
    );
    const end = failed(poison).map((step) => ({ ...step, at: late }));
    const repeat = [
      { ...poison.steps.queued, messageId, deduplicationId: 'again', at: late + 10 },
      { ...poison.steps.received, messageId, at: late + 20 },
      { ...(end[1] as Happening), isNew: false, at: late + 30 },
      { ...poison.steps.deleted, messageId, at: late + 40 },
    ];
    const ofMate = mate.all.slice(1).map((step) => ({ ...step, at: late + 100 }));
    const story = [...begin, ...deaths, ...end, ...repeat, ...ofMate];
    expect(accountOf([poison.submission, mate.submission, again], story).broken).toEqual([]);
  });

  it('that blocks its image for a day is a breach', () => {
    const late = end.map((happening) => ({ ...happening, at: 86_400_000 }));
    expect(story(...begin, ...death(1), ...late).broken).toContain('poison');
  });

  it('may hold its image up for as long as its own retries wait', () => {
    const { requestId } = poison;
    const nextAttemptAt = Date.parse('2026-11-23T10:00:00Z');
    const wait: Happening = { kind: 'waiting', requestId, invocation: 1, nextAttemptAt };
    const late = end.map((happening) => ({ ...happening, at: 86_400_000 }));
    expect(story(...begin, ...death(1), wait, ...late).broken).not.toContain('poison');
  });

  it('that comes seldom, where messages are slowed down, may hold its image up for as long as it stays away', () => {
    const comes = (count: number): Happening => ({ ...poison.steps.received, count, invocation: 9 });
    const slowed = Array.from({ length: 48 }, (_, index) => comes(301 + index));
    const late = end.map((happening) => ({ ...happening, at: 86_000_000 }));
    const early = slowed.map((happening) => ({ ...happening, at: 1000 }));
    expect(story(...begin, ...death(1), ...early, ...late).broken).not.toContain('poison');
  });

  it('fails alone: another request that ends as internal is a breach', () => {
    const claims = [1, 2, 3].map((invocation) => ({ ...mate.steps.claimed, invocation }));
    const crashes = [1, 2, 3].flatMap((invocation, index) => [claims[index] as Happening, ...death(invocation)]);
    const { broken } = story(...begin, mate.steps.known, ...crashes, ...end, ...failed(mate));
    expect(broken).toEqual(['blamed']);
  });
});

describe('a claim without a call', () => {
  const counted = one.endsAs(outcome({ attempts: 2 }));
  const again = [{ ...claimed, invocation: 2 }, { ...called, invocation: 2 }, acted, answered];
  const end = [{ ...counted.recorded, invocation: 2 }, counted.published, deleted];
  const killed: Happening = { kind: 'killed', invocation: 1, text: 'test' };
  const failed: Happening = { kind: 'ledger_failed', requestId: one.requestId, operation: 'UpdateItem', invocation: 1 };

  it('counts as an attempt only where its worker crashed, or could not reach the ledger', () => {
    const begin = [queued, received, known, claimed];
    expect(storyOfOne(...begin, ...again, ...end).broken).toEqual(['miscounted']);
    expect(storyOfOne(...begin, failed, ...again, ...end).broken).toEqual([]);
    expect(storyOfOne(...begin, killed, ...again, ...end).broken).toEqual([]);
  });
});

describe('a claim that is counted as a crash', () => {
  const markedCrashed: Happening = { kind: 'marked_crashed', requestId: one.requestId, invocation: 2 };
  const fault = (invocation: number): Happening => ({ kind: 'fault', text: 'UpdateItem: refused', invocation });
  const killed: Happening = { kind: 'killed', invocation: 1, text: 'test' };
  const again: readonly Happening[] = [
    { ...claimed, invocation: 2 },
    { ...called, invocation: 2 },
    acted,
    answered,
    { ...recorded, invocation: 2 },
    published,
    deleted,
  ];

  it('is told when its function had not crashed, and not when it had', () => {
    const begin = [queued, received, known, claimed];
    expect(storyOfOne(...begin, fault(1), markedCrashed, ...again).noted).toEqual(['false_crash']);
    expect(storyOfOne(...begin, markedCrashed, ...again).broken).toContain('blamed');
    expect(storyOfOne(...begin, killed, markedCrashed, ...again).noted).toEqual([]);
  });

  it.each([
    ['is one of three where its message stayed hidden as after a crash', 6, 3, []],
    ['is none where its message was given back', 5, 3, ['blamed']],
    ['is one of three where a slowed message came sooner than one that is given back', 20, 301, []],
    ['is none where a slowed message was given back', 30, 301, ['blamed']],
  ] as const)('%s', (_, minutes, count, rules) => {
    const poison = request('r1', { poison: 'on_claim' });
    const comes = (nth: number, at: number): Happening & { at: number } => {
      return { ...poison.steps.received, count: count - 3 + nth, invocation: nth, at };
    };
    const claims = (invocation: number) => ({ ...poison.steps.claimed, invocation });
    const dies = (invocation: number): Happening => ({ kind: 'killed', invocation, text: 'poison', poison: 'r1' });
    const marked = { ...markedCrashed, requestId: poison.requestId };
    const steps: readonly (readonly (Happening & { at?: number })[])[] = [
      [comes(1, 0), claims(1), dies(1)],
      [comes(2, 6), marked, claims(2), dies(2)],
      [comes(3, 12), marked, claims(3), fault(3)],
      [comes(4, 12 + minutes), marked, ...Object.values(poison.endsAs(INTERNAL, 'internal')), poison.steps.deleted],
    ];
    const story = steps.flatMap(([first, ...others]) => {
      const from = 100 + (first?.at ?? 0) * 60_000;
      return [first as Happening, ...others].map((step, index) => ({ ...step, at: from + index * 10 }));
    });
    const begin = [poison.steps.queued, poison.steps.known];
    const { broken, noted } = accountOf([poison.submission], [...begin, ...story]);
    expect(broken).toEqual(rules);
    expect(noted).toContain('false_crash');
  });

  it('ends its request as internal only when three functions crashed, or look like it', () => {
    const unnoted = { kind: 'ledger_failed', requestId: one.requestId, operation: 'UpdateItem' } as const;
    const claims = [1, 2, 3].flatMap((invocation) => [
      { ...claimed, invocation },
      fault(invocation),
      { ...unnoted, invocation },
      markedCrashed,
    ]);
    const end = [...Object.values(one.endsAs(INTERNAL, 'internal')), deleted];
    expect(storyOfOne(queued, received, known, ...claims, ...end).broken).toEqual(['blamed']);
  });
});

const INTERNAL = outcome({ kind: 'failed', error: { code: 'internal', mayHaveActed: true } });

function outcome(more: object): string {
  return JSON.stringify({ kind: 'succeeded', attempts: 1, warnings: [], at: 0, ...more });
}
