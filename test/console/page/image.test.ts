import { describe, expect, it } from 'vitest';
import { refused } from '../support/answers.ts';
import { NOW, type PageCall, soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

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
    await older.waitFor();
    // So that nothing is read but what is asked for.
    await page.clock.pauseAt(new Date(NOW.getTime() + 60_000));
    for (let limit = 10; limit < 100; limit += 10) {
      await soon(() => countOf(`${REQUESTS}?limit=${limit}`)).toBeGreaterThan(0);
      await older.click();
      await page.clock.runFor(100);
    }
    await soon(() => countOf(`${REQUESTS}?limit=100`)).toBeGreaterThan(0);
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
    // Each request has such a button.
    expect(await again.getAttribute('aria-label')).toMatch(/^Again: .+\d\d:\d\d$/);
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
    await soon(() => countOf(REQUESTS)).toBe(looks + 1);
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
    await soon(() => countOf(`${PREVIEW}?of=enhanced&v=1`)).toBe(1);
    // The clock that is put forward would cut off what is still being read.
    await page.getByText('processed').waitFor();
    for (const looks = countOf(REQUESTS); countOf(REQUESTS) < looks + 3; ) await lookAgain();
    expect([countOf(RECORD), countOf(PREVIEW)]).toEqual([1, 2]);
    latest = request('2', 'started');
    await lookAgain();
    await soon(() => countOf(RECORD)).toBe(2);
    expect(countOf(PREVIEW)).toBe(2);
    latest = request('2', 'finished');
    await lookAgain();
    await soon(() => countOf(RECORD)).toBe(3);
    await soon(() => countOf(`${PREVIEW}?of=original&v=2`)).toBe(1);
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
