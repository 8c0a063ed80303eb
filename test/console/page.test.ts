import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, readJson } from '../docs/support/contract.ts';
import { type PageCall, refused, type ScriptedPages, startScriptedPages } from './support/scripted-page.ts';

// What the page makes of answers that the service seldom gives, or gives for a moment.

const NOW = new Date('2026-11-28T12:00:00Z');
const openApi = readJson('docs/openapi.json');
/** The contract's own example of an answer. */
function exampleOf(path: string, method = 'get'): Json {
  const { examples } = openApi.paths[path][method].responses[200].content['application/json'];
  return Object.values<Json>(examples)[0].value;
}

let pages: ScriptedPages;
beforeAll(async () => {
  pages = await startScriptedPages(NOW);
});
afterEach(() => pages.close());
afterAll(() => pages.end());

/** The text of a part of the page, in one line. */
async function textOf(page: Page, name: string | RegExp): Promise<string> {
  return (await page.getByRole('region', { name }).innerText()).replaceAll(/\s+/g, ' ');
}

/** An answer that comes when the test says so. */
function held() {
  let answer = (_: unknown) => {};
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  return { answer, answered };
}

const BATCH = 'GET /v3/batches/b_1';
const LINES = 'GET /v3/batches/b_1/requests';
const PAUSE = 'POST /v3/batches/b_1/pause';
const running: Json = { ...exampleOf('/v3/batches/{batch_id}'), batch_id: 'b_1' };
const flowing: Json = { ...running, waits_for: null };
const noLines = { requests: [], next_cursor: null };

describe('a batch', () => {
  it('says how far it is, when it is expected to end, and what it waits for', async () => {
    const batch = { ...running, counts: { ...running.counts, waiting: 1880, failed: 307 } };
    const { page } = await pages.open('#/batches/b_1', { [BATCH]: batch, [LINES]: noLines });
    expect(await textOf(page, 'Progress')).toMatch(
      /^Progress 780 of 3,000 finished 26% .*Failed 307 Refused 1 Expected end Fri 4 Dec, 00:00 Pace 60 a minute$/,
    );
    await page.getByText('the daily limit of 500 is used up. Goes on tomorrow, 00:00.').waitFor();
    await page.getByRole('link', { name: 'Download results so far' }).waitFor();
  });

  it('that has ended says how long it took since it was handed over', async () => {
    const times = { started_at: '2026-11-28T10:30:00Z', finished_at: '2026-11-28T11:00:00Z' };
    const ended = { ...running, ...times, state: 'finished', pace: { sentence: 'finished in 6 days' } };
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
    await expect.poll(reads).toBe(2);
  });

  it('shows the lines of a state and a code, then all of the state, then all', async () => {
    const batch = { ...running, counts: { ...running.counts, failed: 0 } };
    const ofCode = '#/batches/b_1?state=failed&code=not_found';
    const { page, countOf } = await pages.open(ofCode, { [BATCH]: batch, [LINES]: noLines });
    await page.getByText('No line is in this state.').waitFor();
    expect(countOf(`${LINES}?state=failed&code=not_found&limit=50`)).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => countOf(`${LINES}?state=failed&limit=50`)).toBeGreaterThan(0);
    await page.evaluate(`location.hash = '${ofCode}'`);
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    // Another state ends the code.
    await page.locator('.chip').first().click();
    await expect.poll(() => countOf(`${LINES}?limit=50`)).toBeGreaterThan(0);
  });
});

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
    await expect.poll(() => pause.getAttribute('aria-busy')).toBe('true');
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
});

describe('an image', () => {
  const REQUESTS = 'GET /v3/images/house/requests';
  const RECORD = 'GET /v3/images/house';
  const PREVIEW = 'GET /v3/images/house/preview';
  const SEND = 'POST /v3/images/house/process';
  const picture = new Response('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', {
    headers: { 'content-type': 'image/svg+xml' },
  });
  const request = (id: string, life: string) => ({
    ...{ request_id: id, image_id: 'house', life, state: 'succeeded', source: 'http', attempts: 1, image: null },
    ...{ accepted_at: '2026-11-28T10:00:00Z', preferences: { enhance_type: 'warm' }, warnings: [] },
  });
  type ShownRequest = ReturnType<typeof request>;
  /** @param requests as they are now, newest first */
  const answersOf = (requests: () => readonly ShownRequest[], next_cursor: string | null = null) => ({
    [REQUESTS]: () => ({ requests: requests(), next_cursor }),
    'GET /v3/requests/1': () => requests().find(({ request_id }) => request_id === '1'),
    'GET /v3/requests/2': () => requests().find(({ request_id }) => request_id === '2'),
    [RECORD]: { image_id: 'house', status: 'processed' },
  });

  it('shows ten more of its older requests each time, up to a hundred', async () => {
    const { page, countOf } = await pages.open(
      '#/images/house',
      answersOf(() => [request('1', 'finished')], 'older'),
    );
    const older = page.getByRole('button', { name: 'Show older requests' });
    for (let limit = 10; limit < 100; limit += 10) {
      await expect.poll(() => countOf(`${REQUESTS}?limit=${limit}`)).toBeGreaterThan(0);
      await older.click();
    }
    await expect.poll(() => countOf(`${REQUESTS}?limit=100`)).toBeGreaterThan(0);
    await older.waitFor({ state: 'detached' });
  });

  it('offers no older requests where there are none', async () => {
    const { page } = await pages.open(
      '#/images/house',
      answersOf(() => []),
    );
    await page.getByText('You have no requests for this image.').waitFor();
    expect(await page.getByRole('button', { name: 'Show older requests' }).count()).toBe(0);
  });

  it('is asked for something under one key, however often a dialog has to send it, and is shown at once', async () => {
    const answers = [refused(409, 'not now'), request('2', 'queued'), request('3', 'queued')];
    const { page, calls, countOf } = await pages.open('#/images/house', {
      ...answersOf(() => [request('1', 'finished')]),
      [SEND]: () => answers.shift(),
    });
    const again = page.getByRole('button', { name: 'Again' });
    await again.waitFor();
    await page.clock.pauseAt(new Date(NOW.getTime() + 60_000));
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: 'Send', exact: true });
    const ask = async () => {
      await again.click();
      // The dialog opens with the next frame.
      await page.clock.runFor(100);
      await send.click();
    };
    await ask();
    await dialog.getByText('not now').waitFor();
    const looks = countOf(REQUESTS);
    await send.click();
    await page.getByText('Sent. The picture changes when Autoenhance is done.').waitFor();
    await expect.poll(() => countOf(REQUESTS)).toBe(looks + 1);
    await ask();
    await dialog.waitFor({ state: 'hidden' });
    const sent = calls.filter(({ call }) => call === SEND);
    const [first, second, third] = sent.map(({ headers }) => headers['idempotency-key']);
    expect([first === second, second === third]).toEqual([true, false]);
    // Nobody waits for Autoenhance's answer here.
    expect(sent.map(({ headers, body }) => [headers.prefer, body])).toEqual(
      Array(3).fill(['respond-async', '{"enhance_type":"warm"}']),
    );
  });

  it('has its record read with each step of its latest request, and its picture with each end', async () => {
    let latest = request('2', 'queued');
    const { page, countOf, lookAgain } = await pages.open('#/images/house', {
      ...answersOf(() => [latest, request('1', 'finished')]),
      [PREVIEW]: picture,
    });
    await page.getByRole('slider').waitFor();
    await expect.poll(() => countOf(`${PREVIEW}?of=enhanced&v=1`)).toBe(1);
    for (const looks = countOf(REQUESTS); countOf(REQUESTS) < looks + 3; ) await lookAgain();
    expect([countOf(RECORD), countOf(PREVIEW)]).toEqual([1, 2]);
    latest = request('2', 'started');
    await lookAgain();
    await expect.poll(() => countOf(RECORD)).toBe(2);
    expect(countOf(PREVIEW)).toBe(2);
    latest = request('2', 'finished');
    await lookAgain();
    await expect.poll(() => countOf(RECORD)).toBe(3);
    await expect.poll(() => countOf(`${PREVIEW}?of=original&v=2`)).toBe(1);
  });

  it('without a preview or a record says so, until it is finished anew', async () => {
    let requests = [request('1', 'finished')];
    const { page, lookAgain } = await pages.open('#/images/house', {
      ...answersOf(() => requests),
      [RECORD]: refused(404, 'there is none'),
      [PREVIEW]: ({ call }: PageCall) => (call.endsWith('v=2') ? picture : undefined),
    });
    await page.getByText('There is no preview of this image.').waitFor();
    await page.getByText('Autoenhance does not know this image').waitFor();
    requests = [request('2', 'finished'), ...requests];
    await lookAgain();
    await page.getByRole('slider').waitFor();
  });

  it('whose record cannot be read is not said to be unknown', async () => {
    const answers = { ...answersOf(() => []), [RECORD]: refused(503, 'away') };
    const { page } = await pages.open('#/images/house', answers);
    await page.getByText('Autoenhance’s record cannot be read now.').waitFor();
  });
});

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
    await expect.poll(async () => [await hide(false), countOf(BATCH) > reads].at(1)).toBe(true);
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
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('the ledger is away').waitFor({ state: 'detached' });
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
    await expect.poll(() => next.getAttribute('aria-disabled')).toBeNull();
    await page.getByLabel('State').selectOption('failed');
    await page.locator('.scrolled.old').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await next.waitFor({ state: 'detached' });
    answer({ requests: [], next_cursor: null });
    await page.getByText('No request fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await next.waitFor();
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
        '3 images failed for the limit and will be sent again Resets tomorrow, 00:00 Requests in the queue: 181',
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

describe('a new batch', () => {
  const CREATE = 'POST /v3/batches';
  const checked: Json = exampleOf('/v3/batches', 'post');

  it('has the preferences of its form as the contract wants them, and says why it cannot be checked or sent', async () => {
    const cannot = {
      ...checked,
      would_be_sent: false,
      refusal: 'it is too much for today',
      problems: ['no line is usable'],
    };
    const answers = [refused(422, 'no such field'), cannot];
    const { page, calls } = await pages.open('#/batches/new?from=ids', { [CREATE]: () => answers.shift() });
    await page.getByRole('textbox', { name: 'Image ids' }).fill('house');
    await page.getByRole('radiogroup', { name: 'Replace the sky' }).getByText('No', { exact: true }).click();
    await page.locator('summary').click();
    await page.getByLabel('Rating').selectOption('4');
    await page.getByRole('textbox', { name: 'Order id' }).fill(' order-1 ');
    const check = page.getByRole('button', { name: 'Check' });
    await check.click();
    await page.getByRole('alert').getByText('no such field').waitFor();
    await check.click();
    await page.getByText('it is too much for today').waitFor();
    await page.getByText('no line is usable').waitFor();
    expect(await page.getByRole('button', { name: /^Send/ }).count()).toBe(0);
    const sent = calls
      .filter(({ call }) => call.startsWith(CREATE))
      .map(({ call, body }) => [call, JSON.parse(body ?? '')]);
    const preferences = { sky_replacement: false, rating: 4, order_id: 'order-1' };
    expect(sent).toEqual(Array(2).fill([`${CREATE}?dry_run=true&name=1+image`, { image_id: 'house', preferences }]));
  });

  it('that was refused when it was sent can be sent again, as it was checked', async () => {
    const handed = { ...flowing, note: 'It was there.' };
    const answers = [checked, refused(409, 'too many batches today'), handed];
    const { page, calls } = await pages.open('#/batches/new?from=ids&step=check', {
      [CREATE]: () => answers.shift(),
      [BATCH]: flowing,
      [LINES]: noLines,
    });
    await page.getByRole('textbox', { name: 'Image ids' }).fill('house garden');
    // Nothing is checked yet, whatever the address says.
    await expect.poll(() => page.url()).not.toContain('step');
    await page.getByRole('button', { name: 'Check' }).click();
    const send = page.getByRole('button', { name: 'Send 2 images' });
    await send.click();
    await page.getByRole('alert').getByText('too many batches today').waitFor();
    await send.click();
    await page.getByText('It was there.').waitFor();
    const bodies = calls.filter(({ call }) => call.startsWith(CREATE)).map(({ body }) => body);
    expect(bodies).toEqual(Array(3).fill(bodies[0]));
  });

  it('leaves behind what was no JSON with the view of it', async () => {
    const { page } = await pages.open('#/batches/new?from=ids', {});
    await page.getByText('JSON', { exact: true }).click();
    const json = page.getByLabel('Preferences as JSON');
    await json.fill('{ "enhance_type": ');
    await page.getByText('Form', { exact: true }).click();
    expect(await page.getByLabel('Style').inputValue()).toBe('');
    await page.getByRole('textbox', { name: 'Image ids' }).fill('house');
    await page.getByRole('button', { name: 'Check' }).click();
    // What was no JSON is left behind: only the call fails.
    await page.getByRole('alert').getByText('there is nothing').waitFor();
  });
});

describe('a session', () => {
  it('that cannot be read is tried again, and ends here also without an answer', async () => {
    let isAway = true;
    const { page } = await pages.open('#/images', {
      'GET /console/session': () =>
        isAway ? refused(503, 'away') : { partner: 'acme', role: 'partner', expires_at: '', read_only: false },
      'DELETE /console/session': new Error('away'),
    });
    await page.getByText('away').waitFor();
    isAway = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your key').waitFor();
    expect(await page.getByText('Your session has ended').count()).toBe(0);
  });
});
