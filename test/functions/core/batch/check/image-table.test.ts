import { describe, expect, it } from 'vitest';
import { createImageTable, imageKeyOf } from '../../../../../functions/core/batch/check/image-table.ts';

describe('the table of images', () => {
  it('knows each image again, with its first line, however much it grew', () => {
    const table = createImageTable();
    const ids = Array.from({ length: 20_000 }, (_, n) => `image-${n}`);
    const news = ids.map((id, index) => table.add(imageKeyOf(id), index + 1, 7));
    expect(news.every((repeat) => repeat === undefined)).toBe(true);
    expect(table.size).toBe(20_000);
    const repeats = ids.map((id) => table.add(imageKeyOf(id), 50_000, 7)?.firstLine);
    expect(repeats).toEqual(ids.map((_, index) => index + 1));
  });

  it('tells the second line from later ones, and the first that differs from the next', () => {
    const table = createImageTable();
    const key = imageKeyOf('a');
    const add = (asked: number) => table.add(key, 1, asked);
    add(1);
    expect(add(1)).toMatchObject({ isSecond: true, differs: false, isFirstToDiffer: false });
    expect(add(2)).toMatchObject({ isSecond: false, differs: true, isFirstToDiffer: true });
    expect(add(3)).toMatchObject({ isSecond: false, differs: true, isFirstToDiffer: false });
    expect(add(1)).toMatchObject({ differs: false });
  });

  it('keeps images apart that fall into one slot, and takes those of one key for one', () => {
    const table = createImageTable();
    table.add({ high: 1, low: 1024 }, 1, 0);
    expect(table.add({ high: 2, low: 1024 }, 2, 0)).toBeUndefined();
    expect(table.add({ high: 1, low: 2048 }, 3, 0)).toBeUndefined();
    expect(table.add({ high: 1, low: 1024 }, 4, 0)).toMatchObject({ firstLine: 1 });
    expect(table.size).toBe(3);
  });

  it('notes lines beyond two thousand million', () => {
    const table = createImageTable();
    table.add(imageKeyOf('a'), 2 ** 31 + 5, 0);
    expect(table.add(imageKeyOf('a'), 2 ** 31 + 6, 0)?.firstLine).toBe(2 ** 31 + 5);
  });
});
