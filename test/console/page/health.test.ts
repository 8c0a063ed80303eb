import { describe, expect, it } from 'vitest';
import type { Json } from '../../docs/support/contract.ts';
import { exampleOf, refused } from '../support/answers.ts';
import { textOf, usePages } from '../support/scripted-page.ts';

const pages = usePages();

describe('the health', () => {
  const budget: Json = {
    ...exampleOf('/v3/budget'),
    ...{ used: 400, used_by_batches: 250, failed_for_limit: 3, left: 100, left_for_batches: 60 },
  };
  const OPERATOR = { partner: 'desk', role: 'operator', expires_at: '2126-01-01T00:00:00Z', read_only: false };

  it('is what was used of the limit, what is left of it, and until when the account is paused', async () => {
    const { page } = await pages.open('#/health', { 'GET /v3/budget': budget });
    expect(await textOf(page, 'Today’s limit')).toBe(
      [
        'Today’s limit 400 of 500 used 250 by batches 100 left, 60 of them for batches',
        '3 images failed because of the limit and will be sent again Resets tomorrow, 00:00 Requests in the queue: 181',
      ].join(' '),
    );
    const bar = page.getByRole('img', { name: '400 of 500 used' });
    const shares = 'Array.from(document.querySelectorAll("main .bar span"), ({ style }) => Number(style.flexGrow))';
    await bar.waitFor();
    expect(await page.evaluate(shares)).toEqual([250, 150, 100]);
    await page.getByRole('img', { name: '312 enhancements in 1 day' }).waitFor();
    expect(await page.locator('svg title').allTextContents()).toEqual(['Fri 27 Nov: 312 of 500']);
    expect(await textOf(page, 'Calls to Autoenhance')).toMatch(/since .*, until tomorrow, 00:00$/);
    // The service is shown to operators.
    expect(await page.getByRole('region', { name: 'The service' }).count()).toBe(0);
  });

  it('of the service is for operators: how long the oldest request waits, dead letters, and callbacks that fail', async () => {
    const health = { ...exampleOf('/v3/health'), dead_letters: 2, webhook_seen_at: null };
    const answers = { 'GET /v3/budget': { ...budget, paused: null }, 'GET /v3/health': health };
    const { partners } = exampleOf('/v3/partners');
    const fine = { ...partners[0], partner: 'fine', callback: { ...partners[0].callback, failing_since: null } };
    const { page } = await pages.open(
      '#/health',
      { ...answers, 'GET /v3/partners': { partners: [...partners, fine] } },
      OPERATOR,
    );
    await page.getByText('Each is a bug').waitFor();
    await expect
      .poll(() => textOf(page, 'The service'))
      .toBe(
        [
          'The service Requests in the queue 40 Being worked on 8 Oldest waits for 6 days Dead letters 2',
          'Each is a bug: the runbook says what to do. Webhook seen last never Callbacks that fail 1 Version 1.4.0',
        ].join(' '),
      );
    expect(await textOf(page, 'Today’s limit')).not.toContain('Requests in the queue');
  });

  it('shows a pause that was refused, and one that was set', async () => {
    const answers = [refused(409, 'it is paused for the limit'), { ...budget, paused: null }];
    const { page, calls } = await pages.open(
      '#/health',
      { 'GET /v3/budget': { ...budget, paused: null }, 'PUT /v3/pause': () => answers.shift() },
      OPERATOR,
    );
    await page.getByRole('button', { name: 'Pause…' }).click();
    await page.getByLabel('Reason').fill('  a move ');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('it is paused for the limit').waitFor();
    await page.getByRole('button', { name: 'Pause the account' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(calls.flatMap(({ call, body }) => (call === 'PUT /v3/pause' ? [body] : []))).toEqual(
      Array(2).fill('{"reason":"a move"}'),
    );
  });
});
