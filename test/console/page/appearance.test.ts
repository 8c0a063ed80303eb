import { describe, expect, it } from 'vitest';
import { BATCH, flowing, LINES, noLines } from '../support/answers.ts';
import { isTooWide } from '../support/console.ts';
import { soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

describe('the page', () => {
  const OPERATOR = { partner: 'northlight', role: 'operator', expires_at: '2126-01-01T00:00:00Z', read_only: false };

  it('fits into 320 pixels, into wide letters, and into letters of twice the size', async () => {
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: flowing, [LINES]: noLines }, OPERATOR);
    await page.getByText('60 a minute').waitFor();
    await page.setViewportSize({ width: 320, height: 256 });
    await soon(() => isTooWide(page)).toBe(false);
    await page.evaluate(
      'Object.assign(document.documentElement.style, { letterSpacing: "0.12em", wordSpacing: "0.16em" })',
    );
    await soon(() => isTooWide(page)).toBe(false);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate('document.documentElement.style.fontSize = "200%"');
    await soon(() => isTooWide(page)).toBe(false);
    // Each state's name has room for itself.
    const overflowing =
      'Array.from(document.querySelectorAll(".legend div")).filter((each) => each.scrollWidth > each.clientWidth)';
    await soon(() => page.evaluate(`${overflowing}.length`)).toBe(0);
  });

  it('shows whoever goes back with the keyboard what has the focus, below what stays in sight', async () => {
    const lines = Array.from({ length: 50 }, (_, row) => ({
      ...{ line: row + 2, image_id: `house-${row}`, state: 'finished', attempts: 1 },
    }));
    const { page } = await pages.open('#/batches/b_1', {
      [BATCH]: flowing,
      [LINES]: { requests: lines, next_cursor: null },
    });
    await page.setViewportSize({ width: 1280, height: 640 });
    await page.getByRole('link', { name: 'house-49' }).focus();
    const covered = `(() => {
      const { left, top, height } = document.activeElement.getBoundingClientRect();
      return !document.activeElement.contains(document.elementFromPoint(left + 2, top + height / 2));
    })()`;
    for (let line = 48; line >= 20; line--) {
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(covered), `line ${line}`).toBe(false);
    }
  });

  it('tells what is chosen and how far a batch is in whatever colours somebody has set', async () => {
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: flowing, [LINES]: noLines });
    await page.emulateMedia({ forcedColors: 'active' });
    await page.getByText('60 a minute').waitFor();
    const colour = (selector: string, property = 'backgroundColor') =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
    expect(await colour('.fill-finished')).not.toBe(await colour('.bar'));
    expect(await colour('.chip :checked + span')).not.toBe(await colour('.chip :not(:checked) + span'));
    const line = 'borderBottomColor';
    expect(await colour('.place[aria-current]', line)).not.toBe(await colour('.place:not([aria-current])', line));
  });
});
