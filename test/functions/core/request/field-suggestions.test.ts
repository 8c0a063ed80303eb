import { describe, expect, it } from 'vitest';
import { resembled, suggestField, suggestionWarning } from '../../../../functions/core/request/field-suggestions.ts';
import { preferencesSchema } from '../../../../functions/core/request/preferences.ts';
import { requestWarnings } from '../../../../functions/core/request/request-warnings.ts';

const fields = Object.keys(preferencesSchema.shape);

describe('an unknown name', () => {
  it.each([
    ['enhance_typ', 'enhance_type'],
    ['enhanceType', 'enhance_type'],
    ['Enhance Type', 'enhance_type'],
    ['ENHANCE-TYPE', 'enhance_type'],
    ['enhance\u00a0type', 'enhance_type'],
    ['enhance.type', 'enhance_type'],
    ['ehnance', 'enhance'],
    ['ehnacne', 'enhance'],
    ['enhanced', 'enhance'],
    ['ai_verison', 'ai_version'],
    ['cloudtypes', 'cloud_type'],
    ['verticle_corection', 'vertical_correction'],
    ['sky-replacment', 'sky_replacement'],
    ['finetuneSetting', 'finetune_settings'],
    ['HDR', 'hdr'],
    ['raiting', 'rating'],
    ['360', undefined],
    ['hd', undefined],
    ['window_pull_type', undefined],
    ['restage', undefined],
    ['preset_id', undefined],
    ['listing', undefined],
    ['', undefined],
    ['__proto__', undefined],
    ['写真', undefined],
    [`enhance_type${' '.repeat(60_000)}`, undefined],
  ])('%s resembles %s', (name, field) => {
    expect(suggestField(name)).toBe(field);
  });

  it('is not one of those that are known, which resemble nothing', () => {
    expect(fields.map(suggestField)).toEqual(fields.map(() => undefined));
  });

  it('in any case, and with any other sign between its words, is recognised', () => {
    const spellings = (name: string) => [
      name.toUpperCase(),
      ` ${name.replaceAll('_', ' ')} `,
      `${name.replaceAll('_', '-')}-`,
      `${name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())} `,
    ];
    for (const field of fields) {
      expect(spellings(field).map(suggestField)).toEqual(spellings(field).map(() => field));
    }
  });

  it('stands in the warning so that each of its characters can be seen', () => {
    expect(suggestionWarning('enhance_typ', 'enhance_type')).toMatch(/^enhance_typ: did you mean enhance_type\?/);
    expect(suggestionWarning('enhance\u200b', 'enhance')).toMatch(/^enhance\\u200b: did you mean enhance\?/);
  });
});

describe('the closest of several names', () => {
  it.each([
    ['abcdef_g', ['abcdefgij', 'abcdefgi'], 'abcdefgi'],
    ['abcdefg', ['abcdefxy', 'abcdefgh'], 'abcdefgh'],
    ['abcdefg', ['abcdefgh', 'abcdefxy'], 'abcdefgh'],
    ['bacdef', ['abcdfe', 'abcdef'], 'abcdef'],
    // Two letters that are swapped with their neighbours are no swap of each other.
    ['xbycdef', ['abxcdef'], 'abxcdef'],
    ['abcdefghijkl', ['abcdefghixyz'], 'abcdefghixyz'],
    ['abcdefghijk', ['abcdefghxyz'], undefined],
  ])('for %s among %j is %s', (name, among, closest) => expect(resembled(name, among)).toBe(closest));
});

describe('the warnings of a request', () => {
  const misspelt = (count: number) =>
    Array.from({ length: count }, (_, index) => `enhance_typ${'e'.repeat(index % 2)}${index}`);
  const preferences = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'warm']));

  it('are ten of names at the most, the first ones', () => {
    const names = misspelt(12);
    expect(requestWarnings(preferences(names)).map((text) => text.split(':')[0])).toEqual(names.slice(0, 10));
  });

  it('look at the first fifty names', () => {
    const unknown = Array.from({ length: 49 }, (_, index) => `listing ${index}`);
    expect(requestWarnings(preferences([...unknown, 'enhance_typ']))).toHaveLength(1);
    expect(requestWarnings(preferences([...unknown, 'listing', 'enhance_typ']))).toEqual([]);
  });
});
