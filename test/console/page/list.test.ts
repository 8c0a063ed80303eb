import { describe, expect, it } from 'vitest';
import { exampleOf, held, refused } from '../support/answers.ts';
import { type PageCall, soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

describe('a list', () => {
  const ALL = 'GET /v3/requests';
  const row = exampleOf('/v3/requests').requests[0];

  it('stays until another one is there, and leads on only from what it shows', async () => {
    const { answer, answered } = held();
    const { page } = await pages.open('#/requests', {
      [ALL]: ({ call }: PageCall) =>
        call.includes('state=failed') ? answered : { requests: [row], next_cursor: 'second' },
    });
    const next = page.getByRole('button', { name: 'Next' });
    await soon(() => next.getAttribute('aria-disabled')).toBeNull();
    await page.getByLabel('State').selectOption('failed');
    await page.locator('.scrolled.old').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    expect(await next.isDisabled()).toBe(true);
    answer({ requests: [], next_cursor: null });
    await page.getByText('No request fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await next.waitFor();
  });

  it('keeps the focus of whoever filters and turns its pages with the keyboard', async () => {
    const { answer, answered } = held();
    let first: unknown = { requests: [row], next_cursor: 'second' };
    const { page, calls, countOf } = await pages.open('#/requests', {
      [ALL]: ({ call }: PageCall) => (call.includes('cursor') ? { requests: [row], next_cursor: null } : first),
    });
    const focused = () =>
      page.evaluate('document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText');
    await page.getByRole('textbox', { name: 'Image' }).fill('house');
    await page.keyboard.press('Enter');
    await soon(() => page.url()).toMatch(/image=house$/);
    await soon(() => countOf(`${ALL}?image=house&limit=50`)).toBe(1);
    expect(await focused()).toBe('Image');
    await page.getByLabel('Since').focus();
    // As a browser in American English takes it.
    await page.keyboard.type('11282026');
    await soon(() => page.url()).toMatch(/since=2026-11-28$/);
    expect(await focused()).toBe('Since');
    // The years on the way there were none to look for.
    const days = () => calls.flatMap(({ call }) => /since=(\d+-\d+-\d+)/.exec(call)?.[1] ?? []);
    await soon(days).toContain('2026-11-28');
    expect(new Set(days()).size).toBe(1);

    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 2').waitFor();
    const previous = page.getByRole('button', { name: 'Previous' });
    await soon(() => page.locator('.scrolled.old').count()).toBe(0);
    first = answered;
    await previous.press('Enter');
    await page.getByText('Page 1').waitFor();
    expect(await focused()).toBe('Previous');
    answer({ requests: [row], next_cursor: 'second' });
    await soon(() => page.locator('.scrolled.old').count()).toBe(0);
    expect(await focused()).toBe('Previous');

    // A button that goes away leaves the focus where it was.
    const clear = page.getByRole('button', { name: 'Clear the filters' });
    await clear.press('Enter');
    await soon(focused).toMatch(/^State/);
    await page.getByRole('textbox', { name: 'Image' }).fill('house');
    await page.keyboard.press('Enter');
    await clear.focus();
    await clear.click();
    await soon(focused).toMatch(/^State/);
  });

  it.each([
    ['', null, 'No requests yet.'],
    ['?state=failed', null, 'No request fits these filters.'],
    ['?state=failed', 'second', 'Nothing on this page fits: go on to the next'],
  ])('that is empty says what to do: at %j, before %j', async (query, next_cursor, sentence) => {
    const { page } = await pages.open(`#/requests${query}`, { [ALL]: { requests: [], next_cursor } });
    await page.getByText(sentence).waitFor();
  });

  it('whose filter is refused says so in place of what it showed', async () => {
    const { page } = await pages.open('#/requests', {
      [ALL]: ({ call }: PageCall) =>
        call.includes('since') ? refused(400, 'since must be a date') : { requests: [row], next_cursor: null },
    });
    await page.getByRole('row').nth(1).waitFor();
    await page.evaluate('location.hash = "#/requests?since=soon"');
    await page.getByText('since must be a date').waitFor();
    expect(await page.getByText(/What you see is from/).count()).toBe(0);
  });
});
