import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AREAS } from '../../tools/mutants/areas.ts';
import { type Mutant, PatchDoesNotFit, patched } from '../../tools/mutants/mutant.ts';

const ROOT = join(import.meta.dirname, '../..');
const mutants = AREAS.flatMap(({ mutants: some }) => some);

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the list of mutants', () => {
  it('has at least 80, each under a name of its own', () => {
    const names = [...mutants, ...AREAS].map(({ name }) => name);
    expect(mutants.length).toBeGreaterThanOrEqual(80);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
  });

  it('breaks the code in no way twice, but for what the simulator is to notice by itself', () => {
    const others = AREAS.filter(({ name }) => name !== 'simulator').flatMap(({ mutants: some }) => some);
    const names = Map.groupBy(
      others,
      (mutant) => `${mutant.file} ${patched(textOf(mutant.file), mutant).replaceAll(/\s/g, '')}`,
    );
    expect(
      [...names.values()].filter(({ length }) => length > 1).map((twins) => twins.map(({ name }) => name)),
    ).toEqual([]);
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s fits the code, and changes it', (_, mutant) => {
    const text = textOf(mutant.file);
    expect(patched(text, mutant)).not.toBe(text);
    expect(mutant.tests.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(mutant.tests).not.toEqual([]);
  });
});

describe('a mutant', () => {
  const mutant: Mutant = { name: 'one', file: 'a.ts', find: 'a > b', replace: 'a < $& b', tests: [] };

  it('is put in as it is written', () => expect(patched('if (a > b) x();', mutant)).toBe('if (a < $& b) x();'));

  it.each(['', 'a > b || a > b'])('whose text is not found exactly once is an error: %j', (text) => {
    expect(() => patched(text, mutant)).toThrow(PatchDoesNotFit);
  });
});
