import { describe, expect, it } from 'vitest';
import { createChance } from '../../chaos/random.ts';

const draws = (chance: ReturnType<typeof createChance>) => Array.from({ length: 20 }, () => chance.next());

describe('chance', () => {
  it('repeats with its seed, and differs with every other', () => {
    expect(draws(createChance('1'))).toEqual(draws(createChance('1')));
    expect(draws(createChance('1'))).not.toEqual(draws(createChance('2')));
  });

  it('has streams that do not disturb one another', () => {
    const [one, other] = [createChance('1'), createChance('1')];
    draws(one);
    expect(draws(one.fork('part'))).toEqual(draws(other.fork('part')));
    expect(draws(one.fork('part'))).not.toEqual(draws(one.fork('another')));
  });

  it('is even enough: no tenth of its range is drawn from far too often or too seldom', () => {
    const chance = createChance('even');
    const tenths = new Array(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) tenths[chance.whole(0, 9)] += 1;
    for (const drawn of tenths) expect(Math.abs(drawn - 1000)).toBeLessThan(150);
  });

  it('follows weights, and never draws what weighs nothing', () => {
    const chance = createChance('weights');
    const drawn = Array.from({ length: 1000 }, () => chance.weighted({ often: 9, seldom: 1, never: 0 }));
    expect(drawn.filter((name) => name === 'often').length).toBeGreaterThan(800);
    expect(drawn).toContain('seldom');
    expect(drawn).not.toContain('never');
  });

  it('shuffles without losing or doubling anything', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    const shuffled = createChance('cards').shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((one, other) => one - other)).toEqual(items);
  });
});
