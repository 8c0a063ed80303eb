import { describe, expect, it } from 'vitest';
import { checkSource, combined } from '../../cli/src/batch/check.ts';
import { endsBehind, leftText } from '../../cli/src/batch/pace-text.ts';
import { previewText } from '../../cli/src/batch/preview.ts';
import type { Context } from '../../cli/src/context.ts';
import { PART_BYTES } from '../../cli/src/input/parts.ts';
import type { CheckedBatch } from '../../client/src/contract.ts';
import type { Client } from '../../client/src/create-client.ts';
import { checkedOf } from './support/stub-service.ts';

const checked = (accepted: number, more: object = {}) => checkedOf(accepted, more) as unknown as CheckedBatch;
const pace = { limit: 500, left_today: 320, days: 0, expected_end: null, sentence: 'finished today' };

describe('the checks of the parts of a file', () => {
  it('are one: what can be sent is sent, though a part is refused', () => {
    const counts = { total: 3, rejected: 3, accepted: 0 };
    const refused = checked(0, { refusal: 'no line can be sent', counts, problems: ['a', 'b'], warnings: ['w'] });
    const all = combined([checked(2, { problems: ['a'] }), refused]);
    expect(all).toMatchObject({ would_be_sent: true, counts: { total: 5, rejected: 3, accepted: 2 } });
    expect([all.refusal, all.problems, all.warnings]).toEqual([
      undefined,
      ['a', 'b'],
      ['w', expect.stringContaining('was checked in parts')],
    ]);
    expect(combined([refused, refused])).toMatchObject({ would_be_sent: false, refusal: 'no line can be sent' });
    expect(combined([checked(0), checked(0)]).would_be_sent).toBe(false);
  });

  it('have the images that come more than once of all', () => {
    const of = (repeated_images: number, differing_images: number) =>
      checked(2, { check: { rejections: [], repeats: [], repeated_images, differing_images } });
    expect(combined([of(2, 1), of(3, 0)]).check).toMatchObject({ repeated_images: 5, differing_images: 1 });
  });

  it.each([
    [[100, 200], 0, 'today at the earliest'],
    [[300, 20], 0, 'today at the earliest'],
    [[300, 21], 1, 'in 1 day or more'],
    [[400, 420], 1, 'in 1 day or more'],
    [[400, 421], 2, 'in 2 days or more'],
  ])('of %j images take %d days more together, whatever each of them says', (accepted, days, end) => {
    expect(combined(accepted.map((count) => checked(count, { pace }))).pace).toMatchObject({
      days,
      sentence: expect.stringMatching(new RegExp(`: finished ${end}$`)),
    });
  });

  it('say nothing of days where there is no limit', () => {
    for (const unlimited of [{ limit: null }, { left_today: null }]) {
      expect(combined([checked(2, { pace: { ...pace, ...unlimited } })]).pace).toBeUndefined();
    }
  });
});

it('a .json file that cannot be checked in one call is refused before it, with its size and what to do', async () => {
  const file = { content: new Blob(['x'.repeat(PART_BYTES + 1)]), name: 'a.json', kind: 'json' } as const;
  const source = { input: file.content, name: 'a.json', file, notes: [] };
  await expect(checkSource({} as Client, source, {} as Context)).rejects.toThrow(
    'a .json file must be at most 4,000,000 bytes, got 4,000,001: save it as .ndjson, one request a line',
  );
});

it('a file that just fits into one call is checked in one, whatever it is', async () => {
  const content = new Blob(['x'.repeat(PART_BYTES)]);
  const source = {
    input: content,
    name: 'a.json',
    file: { content, name: 'a.json', kind: 'json' },
    notes: [],
  } as const;
  const client = { batches: { check: async () => checked(1) } } as unknown as Client;
  expect(await checkSource(client, source, {} as Context)).toMatchObject({ would_be_sent: true, warnings: [] });
});

const ofTwoParts = () => new Blob([`${'x'.repeat(99)}\n`.repeat(PART_BYTES / 100 + 10)]);

it('each part of a file is checked under the name that the batch is to have, and until a Ctrl-C', async () => {
  const told: unknown[] = [];
  const check = async (_input: unknown, options: object) => {
    told.push(options);
    return checked(1);
  };
  const file = { content: ofTwoParts(), name: 'long.ndjson', kind: 'ndjson' } as const;
  const source = { input: file.content, name: 'campaign', file, notes: [] };
  const { signal } = new AbortController();
  const context = { signal, output: { status: () => {} } } as unknown as Context;
  await checkSource({ batches: { check } } as unknown as Client, source, context);
  expect(told).toEqual([
    { name: 'campaign', signal },
    { name: 'campaign', signal },
  ]);
});

it('a file of two parts has the lines of the file', async () => {
  const content = ofTwoParts();
  const names: (string | undefined)[] = [];
  const rejected = {
    rejections: [{ line: 2, detail: 'bad' }],
    repeats: [{ image_id: 'house', lines: [1, 3], count: 2, differs: false }],
  };
  const check = async (_input: unknown, { name }: { readonly name?: string }) => {
    names.push(name);
    return checked(1, { check: { ...rejected, repeated_images: 1, differing_images: 0 } });
  };
  const file = { content, name: 'long.ndjson', kind: 'ndjson' } as const;
  const source = { input: content, name: file.name, file, notes: [] };
  const drawn: (string | undefined)[] = [];
  const status = (line?: () => string) => void drawn.push(line?.());
  const context = { output: { status } } as unknown as Context;
  const all = await checkSource({ batches: { check } } as unknown as Client, source, context);
  const before = PART_BYTES / 100;
  expect(names).toEqual(['long.ndjson', 'long.ndjson']);
  expect(drawn).toEqual(['checking part 1 of about 2', 'checking part 2 of about 2', undefined]);
  expect(all.check.rejections.map(({ line }) => line)).toEqual([2, before + 2]);
  expect(all.check.repeats.map(({ lines }) => lines)).toEqual([
    [1, 3],
    [before + 1, before + 3],
  ]);
});

it.each([
  [
    undefined,
    'The account is paused until reprocess resume: key exchange',
    "2 images, 320 of today's 500 left for batches",
  ],
  [
    '2099-11-22T12:00:00Z',
    'The account is paused until TIME: key exchange',
    "2 images, 320 of today's 500 left for batches",
  ],
  ['2099-11-22T10:30:00Z', 'The account is paused until TIME: key exchange', 'finished today'],
])('a pause until %s comes before what is expected, which ends behind it or is left out', (until, first, second) => {
  const expected = { ...pace, expected_end: '2099-11-22T11:00:00Z' };
  const paused = { reason: 'person', detail: 'key exchange', since: '', ...(until && { until }) } as const;
  const now = Date.parse('2099-11-22T10:00:00Z');
  const lines = previewText(checked(2, { pace: expected }), [], { paused, now }).split('\n');
  expect(lines.slice(-2).map((line) => line.replace(/\d\d:\d\d/, 'TIME'))).toEqual([first, second]);
});

it.each<readonly [string | undefined, string | null, boolean]>([
  ['2026-11-22T10:00:00Z', '2026-11-22T10:00:01Z', false],
  ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z', false],
  ['2026-11-22T10:00:01Z', '2026-11-22T10:00:00Z', true],
  ['2026-11-22T10:00:00Z', null, true],
  [undefined, '2026-11-22T10:00:00Z', true],
])('what waits until %s goes on behind an end at %s: %s', (until, end, isBehind) => {
  expect(endsBehind({ ...(until && { until }) }, end)).toBe(isBehind);
});

it('the first five lines that are refused, and what is left out, are named, and the others counted', () => {
  const rejections = Array.from({ length: 7 }, (_, index) => ({ line: index + 2, detail: 'bad' }));
  const counts = { total: 20, rejected: 12, accepted: 8 };
  const check = { rejections, repeats: [], repeated_images: 0, differing_images: 0 };
  const left_out = [
    { line: 3, image_id: 'house', reason: 'it waits for its file' },
    { image_id: 'garden', reason: 'it is expired' },
  ];
  const more = { left_out, left_out_count: 9, problems: ['no such column'], warnings: ['one comes twice'] };
  const text = previewText(checked(8, { counts, check, ...more }), ['a note'], { paused: null, now: 0 });
  expect(text.split('\n').slice(0, -1)).toEqual([
    '20 lines: 8 will be sent, 12 refused',
    ...[2, 3, 4, 5, 6].map((line) => `  line ${line}: bad`),
    '  and 7 more',
    '9 left out',
    '  line 3: it waits for its file',
    '  garden: it is expired',
    '  and 7 more',
    '  problem: no such column',
    '  warning: one comes twice',
    '  warning: a note',
  ]);
});

it('what a refused line says of itself, and of its file, is said once', () => {
  const detail = 'line 3 opens a quote that is never closed';
  const swallowed = 'lines 2 to 3 were taken for one';
  const rejections = [
    { line: 2, detail: swallowed },
    { line: 3, detail },
    { line: 30, detail },
  ];
  const check = { rejections, repeats: [], repeated_images: 0, differing_images: 0 };
  const counts = { total: 4, rejected: 3, accepted: 1 };
  const problems = [swallowed, detail, 'no such column'];
  const text = previewText(checked(1, { counts, check, problems }), [], { paused: null, now: 0 });
  expect(text.split('\n').slice(1, -1)).toEqual([
    `  line 2: ${swallowed}`,
    `  ${detail}`,
    `  line 30: ${detail}`,
    '  problem: no such column',
  ]);
});

it('a problem of a line that is refused and not named is said', () => {
  const rejections = Array.from({ length: 6 }, (_, index) => ({ line: index + 2, detail: `bad ${index}` }));
  const check = { rejections, repeats: [], repeated_images: 0, differing_images: 0 };
  const counts = { total: 7, rejected: 6, accepted: 1 };
  const problems = ['bad 4', 'bad 5'];
  const text = previewText(checked(1, { counts, check, problems }), [], { paused: null, now: 0 });
  expect(text.split('\n').filter((line) => line.includes('problem'))).toEqual(['  problem: bad 5']);
});

it('what is left for batches is said where nothing is left, as the service says it', () => {
  expect(leftText(1, { ...pace, left_today: 0 })).toBe('1 image, none left for batches today');
  expect(leftText(1, { ...pace, left_today: 1 })).toBe("1 image, 1 of today's 500 left for batches");
  for (const unlimited of [{ limit: null }, { left_today: null }]) {
    expect(leftText(2, { ...pace, ...unlimited })).toBe('2 images, no daily limit');
  }
});
