import { describe, expect, it } from 'vitest';
import type { Json } from '../../docs/support/contract.ts';
import { BATCH, flowing, held, LINES, noLines, running } from '../support/answers.ts';
import { soon, textOf, usePages } from '../support/scripted-page.ts';

const pages = usePages();

describe('a batch', () => {
  it('says how far it is, when it is expected to end, and what it waits for', async () => {
    const counts = { ...running.counts, waiting: 1880, failed: 307 };
    // The days of UTC may be others than those of whoever looks.
    const batch = { ...running, counts, pace: { sentence: 'finished in about 6 days, on Friday' } };
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: batch, [LINES]: noLines });
    expect(await textOf(page, 'Progress')).toMatch(
      /^Progress 780 of 3,000 finished 26% .*Failed 307 Refused 1 Expected end Fri 4 Dec, 00:00 Pace 60 a minute$/,
    );
    await page.getByText('the daily limit of 500 is used up. Goes on tomorrow, 00:00.').waitFor();
    await page.getByRole('link', { name: 'Download results so far' }).waitFor();
  });

  it('that has ended says how long it took since it was handed over', async () => {
    const times = { started_at: '2026-11-28T10:30:00Z', finished_at: '2026-11-28T11:00:00Z' };
    const ended = {
      ...running,
      ...times,
      state: 'finished',
      expected_end: null,
      pace: { sentence: 'finished in 6 days' },
    };
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: ended, [LINES]: noLines });
    expect(await textOf(page, 'Progress')).toMatch(/Ended today, 11:00 Took 2 hours$/);
    // What it waited for while it was open is no news.
    expect(await page.getByText('the daily limit of 500 is used up').count()).toBe(0);
    await page.getByRole('link', { name: 'Download results', exact: true }).waitFor();
  });

  it('says what is not known of its end yet, and of which batch it sends lines again', async () => {
    const unknown = { expected_end: null, rate_per_minute: null, pace: { sentence: 'it may take days' } };
    const batch = { ...flowing, ...unknown, retry_of: 'b_0' };
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: batch, [LINES]: noLines });
    expect(await textOf(page, 'Progress')).toMatch(/Expected end not known yet Pace not known yet it may take days$/);
    expect(await page.getByRole('link', { name: 'b_0…' }).getAttribute('href')).toBe('#/batches/b_0');
  });

  it('that comes late takes the focus from nobody who went on meanwhile', async () => {
    const { answer, answered } = held();
    const { page } = await pages.open('#/images', { [BATCH]: answered, [LINES]: noLines });
    const focused = () => page.evaluate('document.activeElement.innerText');
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await page.evaluate('location.hash = "#/batches/b_1"');
    await soon(focused).toBe('Loading…');
    await page.getByRole('link', { name: 'Health' }).focus();
    answer(flowing);
    await page.getByText('60 a minute').waitFor();
    expect(await focused()).toBe('Health');
    // Nobody went on from the heading of what was loading.
    await page.evaluate('location.hash = "#/images"');
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await page.evaluate('location.hash = "#/batches/b_1"');
    await soon(focused).toBe(flowing.name);
  });

  it('has its lines read once more when it has ended, whatever was under way', async () => {
    let batch = { ...flowing, counts: { ...flowing.counts, failed: 0 } };
    const first = held();
    const lineThatIs = (state: string) => ({
      requests: [{ line: 1, image_id: 'house', state, attempts: 1 }],
      next_cursor: null,
    });
    const answers = [first.answered];
    const { page, lookAgain } = await pages.open('#/batches/b_1', {
      [BATCH]: () => batch,
      [LINES]: () => answers.shift() ?? lineThatIs('finished'),
    });
    await page.getByText('60 a minute').waitFor();
    batch = { ...batch, state: 'finished', finished_at: '2026-11-28T11:59:00Z' };
    await lookAgain();
    await page.getByText('Took').waitFor();
    first.answer(lineThatIs('started'));
    await page.getByRole('row').getByText('Finished').waitFor();
  });

  it('waits for the end of repeated images when all is sent, some are not finished, and nothing else is waited for', async () => {
    const sent = { ...running.counts, waiting: 0, queued: 0, started: 2 };
    const check = { rejections: [], repeated_images: 1, differing_images: 0, repeats: [] };
    const waits = { ...flowing, counts: sent, check };
    let batch: Json = waits;
    const { page, lookAgain } = await pages.open('#/batches/b_1', { [BATCH]: () => batch, [LINES]: noLines });
    const notice = page.getByText('Waits for the end of 2 lines');
    await notice.waitFor();
    for (const [name, other] of Object.entries({
      waiting: { ...waits, counts: { ...sent, waiting: 1 } },
      queued: { ...waits, counts: { ...sent, queued: 1 } },
      'waiting for the limit': { ...waits, waits_for: running.waits_for },
      'without repeated images': { ...waits, check: { ...check, repeated_images: 0 } },
      unchecked: { ...waits, check: undefined },
      ended: { ...waits, state: 'finished', finished_at: '2026-11-28T11:00:00Z' },
    })) {
      batch = { ...other, name };
      await lookAgain();
      await page.getByRole('heading', { name, exact: true }).waitFor();
      expect(await notice.count(), name).toBe(0);
    }
  });

  it('has its failures grouped anew when more lines have failed, and not before', async () => {
    let batch = { ...running, counts: { ...running.counts, failed: 6 } };
    const line = { line: 1, image_id: 'house', state: 'failed', attempts: 1, code: 'not_found' };
    const requests = ['a', 'b', 'c', 'd', 'd'].map((reason) => ({ ...line, reason }));
    const { page, countOf, lookAgain } = await pages.open('#/batches/b_1', {
      [BATCH]: () => batch,
      [LINES]: { requests, next_cursor: null },
    });
    const failures = page.getByRole('region', { name: '6 lines failed' });
    await failures.getByText('Grouped from the first 5 failed lines.').waitFor();
    expect(await textOf(page, '6 lines failed')).toMatch(
      / 5 .* D × 2 A × 1 B × 1 and 1 other reason Show these lines /i,
    );
    const link = failures.getByRole('link', { name: 'Show these lines' });
    expect(await link.getAttribute('href')).toBe('#/batches/b_1?state=failed&code=not_found');
    const reads = () => countOf(`${LINES}?state=failed&limit=100`);
    for (const looks = countOf(BATCH); countOf(BATCH) < looks + 3; ) await lookAgain();
    expect(reads()).toBe(1);
    batch = { ...running, counts: { ...running.counts, failed: 7 } };
    await lookAgain();
    await page.getByRole('region', { name: '7 lines failed' }).waitFor();
    await soon(reads).toBe(2);
  });

  it('shows the lines of a state and a code, then all of the state, then all', async () => {
    const batch = { ...running, counts: { ...running.counts, failed: 0 } };
    const ofCode = '#/batches/b_1?state=failed&code=not_found';
    const { page, countOf } = await pages.open(ofCode, { [BATCH]: batch, [LINES]: noLines });
    await page.getByText('No line is in this state.').waitFor();
    expect(countOf(`${LINES}?state=failed&code=not_found&limit=50`)).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Show all' }).click();
    await soon(() => countOf(`${LINES}?state=failed&limit=50`)).toBeGreaterThan(0);
    await page.evaluate(`location.hash = '${ofCode}'`);
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    // Another state ends the code.
    await page.locator('.chip').first().click();
    await soon(() => countOf(`${LINES}?limit=50`)).toBeGreaterThan(0);
  });
});
