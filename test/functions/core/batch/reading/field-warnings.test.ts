import { expect, it } from 'vitest';
import { withFieldWarnings } from '../../../../../functions/core/batch/reading/field-warnings.ts';
import type { ParsedLine, Portion } from '../../../../../functions/core/batch/reading/parsed-line.ts';

const next = { offset: 1, line: 2 };
const lineOf = (...names: readonly string[]): ParsedLine => ({
  ...{ line: 1, next },
  request: { imageId: 'a', preferences: Object.fromEntries(names.map((name) => [name, 1])) },
});

/** The portions as they come out, and how many warnings each has. */
async function warned(portions: readonly Portion[]) {
  const out: Portion[] = [];
  async function* all() {
    yield* portions;
  }
  for await (const portion of withFieldWarnings(all())) out.push(portion);
  return out;
}

const WARNING = 'enhance_typ: did you mean enhance_type? It is passed on unchanged';

it('a name that resembles a known one is warned of once, beside what the portion is warned of already', async () => {
  const refused: ParsedLine = { line: 2, next, refusal: { detail: 'no', original: '{' } };
  const first: Portion = {
    lines: [lineOf('enhance_typ', 'listing'), refused, lineOf('enhance_typ')],
    warnings: ['before'],
  };
  const second: Portion = { lines: [lineOf('enhance_typ')] };
  const [one, two] = await warned([first, second]);
  expect(one?.warnings).toEqual(['before', WARNING]);
  expect(two).toBe(second);
});

it.each([
  [999, 1],
  [1000, 0],
])('behind %d other names are %d more warnings: a file must not fill the memory', async (count, warnings) => {
  const others = Array.from({ length: count }, (_, index) => `listing ${index}`);
  const [, last] = await warned([{ lines: [lineOf(...others)] }, { lines: [lineOf('enhance_typ')] }]);
  expect(last?.warnings ?? []).toHaveLength(warnings);
});
