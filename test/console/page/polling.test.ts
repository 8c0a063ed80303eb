import { describe, expect, it } from 'vitest';
import { BATCH, LINES, noLines, refused, running } from '../support/answers.ts';
import { NOW, soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

describe('what is read again and again', () => {
  const away = refused(503, 'the ledger is away');

  it('is read at once when somebody comes back to the page, and no more when they have left its place', async () => {
    const { page, countOf } = await pages.open('#/batches/b_1', { [BATCH]: running, [LINES]: noLines });
    await page.getByText('60 a minute').waitFor();
    await page.clock.pauseAt(new Date(NOW.getTime() + 60_000));
    const hide = (isHidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
        document.dispatchEvent(new Event('visibilitychange'))`);
    // Whatever the page called before has come before this.
    const settle = () => page.evaluate('fetch("/v3/settled")');
    await settle();
    const reads = countOf(BATCH);
    await hide(true);
    await settle();
    expect(countOf(BATCH)).toBe(reads);
    await soon(async () => [await hide(false), countOf(BATCH) > reads].at(1)).toBe(true);
    const shown = countOf(BATCH);
    await soon(async () =>
      [await page.evaluate('dispatchEvent(new Event("online"))'), countOf(BATCH) > shown].at(1),
    ).toBe(true);
    await page.evaluate('location.hash = "#/images"');
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await settle();
    const left = countOf(BATCH);
    await page.clock.runFor(30_000);
    await hide(false);
    await settle();
    expect(countOf(BATCH)).toBe(left);
  });

  it('ends with the session', async () => {
    let answer: unknown = running;
    const { page, lookAgain } = await pages.open('#/batches/b_1', { [BATCH]: () => answer, [LINES]: noLines });
    await page.getByText('60 a minute').waitFor();
    answer = refused(401, 'sign in');
    await lookAgain();
    await page.getByText('Your session has ended.').waitFor();
  });

  it('says why it is old when the service does, when it is tried next, and that it is there again', async () => {
    let answer: unknown = running;
    const { page, lookAgain } = await pages.open('#/batches/b_1', { [BATCH]: () => answer, [LINES]: noLines });
    await page.getByText('60 a minute').waitFor();
    answer = away;
    await lookAgain();
    await page.getByText(/the ledger is away\. What you see is from 12:00:\d\d\. Next try in \d s\./).waitFor();
    answer = running;
    await page.getByRole('button', { name: 'Try now' }).press('Enter');
    await page.getByText('the ledger is away').waitFor({ state: 'detached' });
    await soon(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
  });

  it('and never was there can be tried again by hand', async () => {
    let answer: unknown = away;
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: () => answer, [LINES]: noLines });
    await page.getByText('the ledger is away').waitFor();
    answer = running;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('60 a minute').waitFor();
  });
});
