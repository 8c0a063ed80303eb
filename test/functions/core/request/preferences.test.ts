import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../functions/core/json.ts';
import {
  MAX_PREFERENCES_BYTES,
  parsePreferences,
  preferenceWarnings,
  shown,
} from '../../../../functions/core/request/preferences.ts';

const toggles = [
  'enhance',
  'hdr',
  'lens_correction',
  'sky_replacement',
  'threesixty',
  'upscale',
  'vertical_correction',
];

describe('parsePreferences', () => {
  it.each<[string, unknown]>([
    ['nothing at all', {}],
    ["the seed's example", { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true }],
    ['unknown fields, however deep', { window_pull_type: 'NONE', restage: { room: ['bed'] }, preset_id: 12 }],
    [
      'null where the vendor allows it',
      { cloud_type: null, finetune_settings: null, metadata: null, privacy: null, window_pull: null },
    ],
    ['both ends of the rating', { rating: 0 }],
    ['both ends of the rating', { rating: 5 }],
    ['any version, since the vendor adds new ones', { ai_version: '6.x-preview' }],
    ['a style that is not documented yet', { enhance_type: 'sunset', cloud_type: 'STORM' }],
    ['free metadata', { metadata: { reference: 'A-1', nested: { deep: [1, null] } }, finetune_settings: { a: 1 } }],
  ])('takes %s, and hands back the very object', (_, preferences) => {
    const parsed = parsePreferences(preferences);
    expect(parsed).toEqual({ ok: true, preferences });
    expect(parsed.ok && parsed.preferences).toBe(preferences);
  });

  it.each<[string, unknown, string]>([
    ['rating', 7, 'rating must be an integer from 0 to 5, got 7'],
    ['rating', -1, 'rating must be an integer from 0 to 5, got -1'],
    ['rating', 2.5, 'rating must be an integer from 0 to 5, got 2.5'],
    ['rating', '3', 'rating must be an integer from 0 to 5, got "3"'],
    ['rating', null, 'rating must be an integer from 0 to 5, got null'],
    ['ai_version', '', 'ai_version must be a string that is not empty, got ""'],
    ['ai_version', 4, 'ai_version must be a string that is not empty, got 4'],
    ['ai_version', null, 'ai_version must be a string that is not empty, got null'],
    ['cloud_type', true, 'cloud_type must be a string or null, got true'],
    ['enhance_type', null, 'enhance_type must be a string, got null'],
    ['finetune_settings', [], 'finetune_settings must be an object or null, got an empty array'],
    ['metadata', 'x', 'metadata must be an object or null, got "x"'],
    ['image_name', 1, 'image_name must be a string, got 1'],
    ['order_id', {}, 'order_id must be a string, got an object'],
    ['privacy', 'no', 'privacy must be true, false or null, got "no"'],
    ['window_pull', 0, 'window_pull must be true, false or null, got 0'],
    ...toggles.flatMap((name): [string, unknown, string][] => [
      [name, null, `${name} must be true or false, got null`],
      [name, 'true', `${name} must be true or false, got "true"`],
    ]),
  ])('refuses %s %j', (field, value, message) => {
    expect(parsePreferences({ [field]: value, restage: true })).toEqual({ ok: false, problems: [{ field, message }] });
  });

  it.each<[unknown, string]>([
    [undefined, 'got nothing'],
    [null, 'got null'],
    [[], 'got an empty array'],
    [[1], 'got an array'],
    ['abc', 'got "abc"'],
  ])('refuses %j in place of the object', (value, came) => {
    expect(parsePreferences(value)).toMatchObject({
      ok: false,
      problems: [{ message: `preferences must be an object, ${came}` }],
    });
  });

  it('names every field that is wrong, each once', () => {
    const parsed = parsePreferences({ enhance: 1, rating: 'x', hdr: 1, restage: 1 });
    expect(parsed.ok ? [] : parsed.problems.map(({ field }) => field)).toEqual(['enhance', 'hdr', 'rating']);
  });

  it('shows only the beginning of a long value', () => {
    const parsed = parsePreferences({ image_name: ['x'], order_id: 5, enhance: 'y'.repeat(5000) });
    expect(parsed.ok ? '' : parsed.problems.map(({ message }) => message).join('').length).toBeLessThan(400);
  });

  it('takes 64 KiB and refuses a byte more', () => {
    const filled = (bytes: number) => ({ order_id: 'x'.repeat(bytes - '{"order_id":""}'.length) });
    expect(parsePreferences(filled(MAX_PREFERENCES_BYTES)).ok).toBe(true);
    expect(parsePreferences(filled(MAX_PREFERENCES_BYTES + 1))).toMatchObject({
      problems: [{ message: 'preferences must be at most 65536 bytes of JSON, got 65537 bytes' }],
    });
  });

  it.each(['4.0', '4e0', '0.40E1', '-0'])(
    'takes the rating %s as the integer that it is, and passes it on as it came',
    (rating) => {
      const parsed = parsePreferences(parseJson(`{"rating":${rating}}`));
      expect(parsed.ok && JSON.stringify(parsed.preferences)).toBe(`{"rating":${rating}}`);
    },
  );

  it('shows a number as it came', () => {
    expect(parsePreferences(parseJson('{"rating":4.50,"enhance":1.0}'))).toMatchObject({
      problems: [
        { message: 'enhance must be true or false, got 1.0' },
        { message: 'rating must be an integer from 0 to 5, got 4.50' },
      ],
    });
  });

  it('refuses a rating that is too long for a number', () => {
    expect(parsePreferences(parseJson('{"rating":12345678901234567890}'))).toMatchObject({
      problems: [{ message: 'rating must be an integer from 0 to 5, got 12345678901234567890' }],
    });
  });
});

describe('a value in a message', () => {
  it.each<[string, string, string]>([
    ['a blank without a width', '\u200bwarm', '"\\u200bwarm"'],
    ['a blank that does not break', 'warm\u00a0', '"warm\\u00a0"'],
    ['a blank of another width', 'a\u2003b\u202fc\u3000d', '"a\\u2003b\\u202fc\\u3000d"'],
    ['a byte order mark', '\ufeffwarm', '"\\ufeffwarm"'],
    ['a soft hyphen', 'wa\u00adrm', '"wa\\u00adrm"'],
    ['marks of direction', 'a\u200e\u202e\u2066\u061cb', '"a\\u200e\\u202e\\u2066\\u061cb"'],
    ['joiners and what is left out', 'a\u200d\u2060\u2064\u034f\ufe0fb', '"a\\u200d\\u2060\\u2064\\u034f\\ufe0fb"'],
    ['line separators', 'a\u2028b\u2029c', '"a\\u2028b\\u2029c"'],
    ['control characters', 'a\u0000\u001b\u007f\u0085\u009fb', '"a\\u0000\\u001b\\u007f\\u0085\\u009fb"'],
    ['a line break and a tab', 'a\n\tb', '"a\\n\\tb"'],
    ['half a character', 'a\ud83d', '"a\\ud83d"'],
    ['a tag', 'a\u{e0041}b', '"a\\udb40\\udc41b"'],
    ['what is no character', '\uffff\ufffe', '"\\uffff\\ufffe"'],
    ['letters, signs and pictures', 'Küche 写真 😀 — “x”', '"Küche 写真 😀 — “x”"'],
  ])('shows %s', (_, value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('is still the JSON that it came from', () => {
    const every = Array.from({ length: 0x3100 }, (_, code) => String.fromCodePoint(code));
    expect(every.map((each) => JSON.parse(shown(each)))).toEqual(every);
  });

  it.each([
    ['letters', 'x'],
    ['escapes', '\u200b'],
    ['pictures', '😀'],
    ['tags', '\u{e0041}'],
    ['quotes', '"'],
  ])('is cut where it is long, and never within a character: %s', (_, character) => {
    for (let before = 0; before < 14; before += 1) {
      const text = shown('y'.repeat(before) + character.repeat(60_000));
      expect(text.length).toBeLessThanOrEqual(60);
      expect(text.endsWith('…')).toBe(true);
      expect(text.isWellFormed()).toBe(true);
      expect(() => JSON.parse(text.replace('…', '"'))).not.toThrow();
    }
  });
});

describe('preferenceWarnings', () => {
  it('shows only the beginning of a long version', () => {
    const version = `3.${'1'.repeat(60_000)}`;
    const warnings = preferenceWarnings({ ai_version: version, enhance_type: 'warm', window_pull: true });
    expect(warnings).toHaveLength(2);
    expect(warnings.join('').length).toBeLessThan(400);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [
      { ai_version: '4.7', enhance_type: 'property' },
      /enhance_type property is meant for ai_version below 4\.0, got "4\.7"/,
    ],
    [{ ai_version: '5.x', enhance_type: 'property_usa' }, /below 4\.0, got "5\.x"/],
    [
      { ai_version: '3.5', enhance_type: 'warm' },
      /enhance_type warm is meant for ai_version 4\.0 and above, got "3\.5"/,
    ],
    [{ ai_version: '3.x', enhance_type: 'neutral' }, /4\.0 and above, got "3\.x"/],
    [{ cloud_type: 'CLEAR' }, /takes effect only together with sky_replacement true/],
    [{ cloud_type: 'CLEAR', sky_replacement: false }, /takes effect only together with sky_replacement true/],
    [{ ai_version: '3.2', window_pull: true }, /window_pull is meant for ai_version 4\.0 and above, got "3\.2"/],
    [{ enhance_type: 'sunset' }, /enhance_type "sunset" is passed on, but the documented values are property/],
    [{ cloud_type: 'STORM', sky_replacement: true }, /cloud_type "STORM" is passed on/],
  ])('warns of %j', (preferences, warning) => {
    expect(preferenceWarnings(preferences)).toEqual([expect.stringMatching(warning)]);
  });

  it.each<[Record<string, unknown>]>([
    [{}],
    [{ ai_version: 'latest', enhance_type: 'property' }],
    [{ ai_version: 'stable', enhance_type: 'warm', window_pull: true }],
    [{ enhance_type: 'property' }],
    [{ ai_version: '4.x', enhance_type: 'neutral', window_pull: true }],
    [{ ai_version: '3.9', enhance_type: 'property', window_pull: false }],
    [{ cloud_type: null }],
    [{ cloud_type: 'LOW_CLOUD_LOW_SAT', sky_replacement: true }],
  ])('has nothing to say of %j', (preferences) => {
    expect(preferenceWarnings(preferences)).toEqual([]);
  });
});
