import { describe, expect, it } from 'vitest';
import { BATCH, flowing, held, LINES, noLines, refused } from '../support/answers.ts';
import { NOW, soon, usePages } from '../support/scripted-page.ts';

const PAUSE = 'POST /v3/batches/b_1/pause';
const pages = usePages();

describe('what a person asks for', () => {
  it('is done once, however often it is clicked, and is shown at once', async () => {
    let batch = flowing;
    const { answer, answered } = held();
    const { page, countOf } = await pages.open('#/batches/b_1', {
      [BATCH]: () => batch,
      [LINES]: noLines,
      [PAUSE]: () => answered,
    });
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.waitFor();
    // Only what is asked for is read from now on.
    await page.clock.pauseAt(new Date(NOW.getTime() + 60_000));
    await page.evaluate('for (const _ of [1, 2]) document.querySelector(".page-actions button").click()');
    await soon(() => pause.getAttribute('aria-busy')).toBe('true');
    batch = { ...flowing, state: 'paused' };
    answer(batch);
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(countOf(PAUSE)).toBe(1);
  });

  it('can be asked for again when it failed, and its failure is gone then', async () => {
    let batch = flowing;
    let answer: unknown = refused(409, 'the batch is being checked');
    const { page } = await pages.open('#/batches/b_1', {
      [BATCH]: () => batch,
      [LINES]: noLines,
      [PAUSE]: () => answer,
    });
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.click();
    const failure = page.getByRole('alert').getByText('the batch is being checked');
    await failure.waitFor();
    const { answered, ...second } = held();
    answer = answered;
    await pause.click();
    await failure.waitFor({ state: 'detached' });
    batch = { ...flowing, state: 'paused' };
    second.answer(batch);
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  });

  it('leads to the sign-in when the session has ended', async () => {
    const answers = { [BATCH]: flowing, [LINES]: noLines, [PAUSE]: refused(401, 'sign in') };
    const { page } = await pages.open('#/batches/b_1', answers);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Your session has ended.').waitFor();
  });

  it.each([
    ['Cancel…', 'Cancel the batch', 'Keep it running', 'cancel', flowing],
    [
      'Send 7 failed again',
      'Send again',
      'Do not send',
      'retry',
      { ...flowing, state: 'finished', finished_at: '2026-11-28T11:00:00Z' },
    ],
  ])('in a dialog and failed is forgotten when that is left: %s', async (opens, confirms, leaves, route, batch) => {
    const { page } = await pages.open('#/batches/b_1', {
      [BATCH]: batch,
      [LINES]: noLines,
      [`POST /v3/batches/b_1/${route}`]: refused(409, 'not any more'),
    });
    await page.getByRole('button', { name: opens }).click();
    await page.getByRole('button', { name: confirms, exact: true }).click();
    await page.getByRole('dialog').getByText('not any more').waitFor();
    await page.getByRole('button', { name: leaves }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: opens }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByText('not any more').count()).toBe(0);
  });

  it('in a dialog cannot be left while it is being done: it would be done all the same', async () => {
    const { answer, answered } = held();
    const { page } = await pages.open('#/batches/b_1', {
      [BATCH]: flowing,
      [LINES]: noLines,
      'POST /v3/batches/b_1/cancel': () => answered,
    });
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Cancel the batch' }).click();
    const keep = page.getByRole('button', { name: 'Keep it running' });
    await soon(() => keep.isDisabled()).toBe(true);
    for (const _ of [1, 2, 3]) await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    expect(await page.getByRole('dialog').count()).toBe(1);
    answer(flowing);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
