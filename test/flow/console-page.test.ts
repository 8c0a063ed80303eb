import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Batch } from '../../client/src/index.ts';
import { KNOWN_IMAGES, KNOWN_ORDER } from '../../local/sandbox/known-images.ts';
import {
  accessibilityProblems,
  type ConsoleBench,
  isTooWide,
  smallTargets,
  startConsole,
  textOf,
} from '../console/support/console.ts';
import { workbookOf } from '../console/support/workbook.ts';
import { type Receiver, startReceiver } from '../support/callback-receiver.ts';

// What people do with the page, in a real browser against the whole service.

const TOO_DARK = ['photo-3', 'photo-8'];
const REASON = 'the picture is too dark <img src=x onerror=alert(1)>';
const WRONG_ROW = 5;
const ROWS = 12;
const SPREADSHEET = [
  'Image ID;Rating',
  ...Array.from({ length: ROWS }, (_, row) => `photo-${row};${row === WRONG_ROW ? 9 : 4}`),
].join('\r\n');
const HOSTILE = '<script>alert(1)<img src=x onerror=alert(2)> \u202egnp.exe';

let bench: ConsoleBench;
let receiver: Receiver;
beforeAll(async () => {
  bench = await startConsole({
    finishesImages: true,
    sandbox: { processingMs: 100 },
    schedulesEveryMs: 500,
  });
  // Before anything happens that a partner is told of.
  receiver = await startReceiver();
  await bench.flow.fetch('/v3/callback', { method: 'PUT', body: JSON.stringify({ url: receiver.url }) });
}, 120_000);
afterEach(() => bench.closePages());
afterAll(async () => {
  await bench.end();
  await receiver.stop();
});

async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = Buffer.from(content);
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** The text of what has the focus. */
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');

async function sendIds(page: Page, ids: readonly string[], name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Image ids' }).fill(ids.join('\n'));
  await page.getByLabel(/^Name/).fill(name);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

it('a wrong key is refused in a sentence, and the right one leads to where the address points', async () => {
  const page = await bench.openUnknown('#/health');
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').innerText()).toMatch(/Enter your key/);
  await page.getByLabel('Your key').fill('rk_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(/key/).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  await page.getByLabel('Your key').fill(bench.flow.partner.key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  // A partner is no operator.
  expect(await page.getByRole('button', { name: 'Pause…' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Your key').waitFor();
  await page.reload();
  await page.getByLabel('Your key').waitFor();
});

it('one click signs in, and leaves no key in the address or in the page', async () => {
  const page = await bench.openUnknown(`#key=${bench.flow.partner.key}`);
  await page.getByRole('heading', { name: 'Batches' }).waitFor();
  expect(page.url()).toBe(bench.address);
  expect(await page.content()).not.toContain(bench.flow.partner.key);
  expect(await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')).toBe('{}');
});

it('a spreadsheet becomes a batch that is followed to its results, and its failed lines are sent again', async () => {
  for (const imageId of TOO_DARK) bench.flow.sandbox.fail({ kind: 'fails_later', imageId, reason: REASON, times: 1 });
  const page = await bench.open('#/batches');
  await choose(page, 'spring.csv', SPREADSHEET);
  await page.getByText('spring.csv').waitFor();
  await page.getByLabel('Style').selectOption('warm');
  await page.getByRole('radiogroup', { name: 'Replace the sky' }).getByText('Yes').click();
  await page.getByRole('button', { name: 'Check' }).click();

  await page.getByText('Nothing has been sent yet.').waitFor();
  await page.getByRole('cell', { name: 'rating must be an integer from 0 to 5, got 9' }).waitFor();
  expect(bench.flow.sandbox.calls().filter(({ method }) => method === 'POST')).toEqual([]);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send 11 images' }).click();

  await page.getByRole('heading', { name: 'spring.csv' }).waitFor();
  await page.getByRole('button', { name: 'Send 2 failed again' }).waitFor();
  const failures = page.getByRole('region', { name: '2 lines failed' });
  await failures.getByText('Autoenhance could not enhance the image.').waitFor();
  await failures.getByText(REASON).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download results' }).click();
  const results = await textOf(await downloading);
  expect(results.trim().split(/\r?\n/)).toHaveLength(ROWS + 1);
  expect(results).toMatch(/photo-0,4,warm,true,[^\n]*,finished,/);

  await failures.getByRole('link', { name: 'Show these lines' }).click();
  await page.getByText('Only these: Autoenhance could not enhance the image. Show all').waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(1 + TOO_DARK.length);

  await page.getByRole('button', { name: 'Send 2 failed again' }).click();
  await page.getByRole('dialog').getByText('2 enhancements of the account’s daily limit').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('2 failed lines handed over again as this batch.').waitFor();
  await page.getByText('of 2 finished').waitFor();
  await page.getByText('Took').waitFor();
  expect(await page.getByRole('button', { name: /failed again/ }).count()).toBe(0);
});

it('a workbook that is dropped asks for what it needs, and each mistake is told before anything is sent', async () => {
  const page = await bench.open('#/batches');
  // So many rows that the workbook is unpacked by a worker, which the policy of the page has to allow.
  const rows = Array.from({ length: 6000 }, (_, row) => [
    `photo-${row}`,
    'Warm',
    `Room ${row} of the house by the lake`,
  ]);
  const workbook = workbookOf([['Bild', 'Enhance Type', 'metadata.note'], ...rows]).toString('base64');
  const drop = `(() => {
    const bytes = Uint8Array.from(atob('${workbook}'), (each) => each.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], 'spring.xlsx'));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  })()`;
  await page.locator('.drop').waitFor();
  await page.evaluate(drop);
  await page.getByText('spring.xlsx').waitFor();
  await page.getByRole('button', { name: 'Check' }).click();
  expect(await page.getByRole('alert').filter({ hasText: 'column' }).innerText()).toMatch(/Say which column/);
  await page.getByLabel('Which column holds the image ids?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('Nothing has been sent yet.').waitFor();
  await page.getByText('6,000 images').first().waitFor();
  await page.getByRole('button', { name: 'Change something' }).last().click();

  await page.getByText('JSON', { exact: true }).click();
  await page.getByLabel('Preferences as JSON').fill('{ "enhance_type": ');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('Correct the JSON first.').waitFor();
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await choose(page, 'photo.pdf', 'x');
  await page.getByText(/photo\.pdf is no file of requests/).waitFor();
  await page.getByText('An order', { exact: true }).click();
  expect(page.url()).toMatch(/from=order$/);
});

it('the way back from the check leads to the draft as it was, and what is sent is what was checked', async () => {
  const page = await bench.open('#/batches/new?from=ids');
  await page.getByRole('textbox', { name: 'Image ids' }).fill('kept-1\nkept-1\nkept-2');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Send 3 lines' }).waitFor();
  await page.goBack();
  await page.getByRole('textbox', { name: 'Image ids' }).fill('kept-1\nkept-2');
  await page.getByLabel('Style').selectOption('modern');
  await page.getByLabel(/^Name/).fill('a draft');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('Nothing has been sent yet.').waitFor();
  await page.goBack();
  expect(await page.getByRole('textbox', { name: 'Image ids' }).inputValue()).toBe('kept-1\nkept-2');
  expect(await page.getByLabel('Style').inputValue()).toBe('modern');
  await page.goForward();
  await page.getByRole('button', { name: 'Send 2 images' }).waitFor();
  await page.getByRole('button', { name: 'Change something' }).first().click();
  await page.getByLabel(/^Name/).fill('another name');
  // What was checked has another name.
  await page.goForward();
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Send 2 images' }).click();
  await page.getByRole('heading', { name: 'another name' }).waitFor();
});

it('an order becomes a batch of its images', async () => {
  const page = await bench.open('#/batches/new?from=order');
  await page.getByLabel('Order id at Autoenhance').fill(KNOWN_ORDER.id);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Send 1 image' }).click();
  await page.getByText('from an order').waitFor();
  await page.getByText('of 1 finished').waitFor();
  await page.getByText('Took').waitFor();
});

it('requests are found by filters that the address holds, and one is told from its acceptance to its end', async () => {
  const image = 'told-from-its-beginning';
  bench.flow.sandbox.fail({ kind: 'fails_later', imageId: image, reason: REASON, times: 1 });
  await bench.flow.process(image, { enhance_type: 'warm' });
  await bench.flow.eventsOf(image, 2);
  const page = await bench.open('#/requests');
  await page.getByLabel('State').selectOption('failed');
  await page.getByLabel('Why it failed').selectOption('Autoenhance could not enhance the image.');
  await page.getByRole('textbox', { name: 'Image' }).fill(image);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toContain(`state=failed&code=enhancement_failed&image=${image}`);
  const shared = await bench.open(new URL(page.url()).hash);
  await expect.poll(() => shared.getByRole('row').count()).toBe(2);
  await shared.getByRole('row').getByRole('link').first().click();
  const steps = shared.getByRole('region', { name: 'What happened' });
  await steps.getByText('The enhancement failed', { exact: true }).waitFor();
  await steps.getByText(REASON).waitFor();
  expect(await steps.getByRole('listitem').first().innerText()).toMatch(/^Accepted/);
  const { hash } = new URL(shared.url());
  await shared.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => new URL(shared.url()).hash).not.toBe(hash);
  await shared.locator('h1 + .badge').getByText('Finished').waitFor();
  await shared.goto(`${bench.address}#/images/${image}`);
  await shared.getByRole('listitem').filter({ hasText: 'Failed' }).getByText(REASON).waitFor();
});

it('ten thousand lines under a pause: counted, paged, and cancelled with their numbers', async () => {
  // The tests after this one want an account that goes on, whatever becomes of this one.
  onTestFinished(async () => {
    await bench.flow.fetch('/v3/pause', { method: 'DELETE', headers: { 'x-api-key': bench.flow.operator.key } });
  });
  const health = await bench.open('#/health', { as: 'operator' });
  await health.getByRole('button', { name: 'Pause…' }).click();
  await health.getByRole('button', { name: 'Pause the account' }).click();
  await health.getByText('Say why, in a few words.').waitFor();
  await health.getByLabel('Reason').fill('the invoice is being settled');
  await health.keyboard.press('Enter');
  await health.getByRole('button', { name: 'Resume' }).waitFor();
  await expect.poll(() => focused(health)).toBe('Resume');

  const page = await bench.open('#/batches/new');
  await choose(page, 'many.csv', ['image_id', ...Array.from({ length: 10_000 }, (_, row) => `many-${row}`)].join('\n'));
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Send 10,000 images' }).click();
  await page.getByText(/the invoice is being settled/).waitFor();
  await page.getByText(/You can close this page/).waitFor();
  await page.getByRole('row').nth(50).waitFor();
  const first = await page.getByRole('row').nth(1).innerText();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('Page 2').waitFor();
  await page.getByRole('cell', { name: 'many-50', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByRole('cell', { name: 'many-0', exact: true }).waitFor();
  expect(await page.getByRole('row').nth(1).innerText()).toBe(first);

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Resume');
  await page.getByText(/^Paused: Lines that are already queued still go on/).waitFor();
  expect(await page.getByText(/You can close this page/).count()).toBe(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Cancel…' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.innerText()).toMatch(/\d,\d{3} lines will not be sent/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => focused(page)).toBe('Cancel…');
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await dialog.getByRole('button', { name: 'Cancel the batch' }).click();
  await page.locator('h1 + .badge').getByText('Cancelled').waitFor();
  await expect.poll(() => focused(page)).toBe('many.csv');

  await health.getByRole('button', { name: 'Resume' }).click();
  await health.getByText('Nothing is paused').waitFor();
  await expect.poll(() => focused(health)).toBe('Pause…');
});

it('an image is compared before and after, and goes back to its earlier settings', async () => {
  const { id } = KNOWN_IMAGES.garden;
  await (await bench.flow.process(id, { enhance_type: 'neutral' })).json();
  await bench.flow.eventsOf(id, 2);
  await (await bench.flow.process(id, { enhance_type: 'modern' })).json();
  await bench.flow.eventsOf(id, 4);

  const page = await bench.open(`#/images/${id}`);
  const slider = page.getByRole('slider');
  await slider.waitFor();
  const drawn = 'Array.from(document.querySelectorAll(".compare img"), (each) => each.naturalWidth > 0)';
  await expect.poll(() => page.evaluate(drawn)).toEqual([true, true]);
  await slider.focus();
  await page.keyboard.press('End');
  expect(await page.evaluate('document.querySelector(".compare").style.getPropertyValue("--share")')).toBe('100%');
  expect(await page.getByRole('listitem').filter({ hasText: 'modern' }).first().innerText()).toMatch(/was neutral/);
  await page.getByRole('region', { name: 'At Autoenhance' }).getByText('modern').waitFor();

  await page.getByText('Ask for something else').click();
  await page.getByLabel('Style').selectOption('authentic');
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('dialog').getByText('authentic').waitFor();
  await page.getByRole('button', { name: 'Do not send' }).click();

  await page.getByRole('button', { name: 'Back to these settings' }).first().click();
  expect(await page.getByRole('dialog').innerText()).toMatch(/Style\s+neutral/);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await bench.flow.eventsOf(id, 6);
  expect(bench.flow.sandbox.image(id)).toMatchObject({ enhance_type: 'neutral' });
});

it('a request is a timeline of its attempts, its end and its callbacks, for its partner and for an operator', async () => {
  const { flow } = bench;
  flow.sandbox.fail({ kind: 'status', status: 429, retryAfter: 1, imageId: 'throttled', times: 1 });
  flow.sandbox.fail({ kind: 'status', status: 503, imageId: 'throttled', times: 1 });
  const { headers } = await flow.process('throttled', { n: 1 }, { prefer: 'respond-async' });
  const id = headers.get('location')?.split('/').at(-1) ?? '';

  for (const as of ['partner', 'operator'] as const) {
    const page = await bench.open(`#/requests/${encodeURIComponent(id)}`, { as });
    await page.getByText('Callback to say that it is finished').waitFor();
    expect(await page.locator('.step-title strong').allInnerTexts()).toEqual([
      ...[
        'Accepted',
        'Attempt 1',
        'Attempt 2',
        'Started by Autoenhance',
        'Callback to say that it started',
        'Finished',
      ],
      'Callback to say that it is finished',
    ]);
    const [, first, second] = await page.locator('.step').allInnerTexts();
    expect(first).toMatch(/Autoenhance had too many calls: it answered 429\.\s+Then a wait until today, [\d:]{8}\./);
    expect(second).toContain('Autoenhance answered 503.');
    // The same screen for both.
    if (as === 'operator') expect(await accessibilityProblems(page)).toEqual([]);
  }
});

it("another's address shows a sentence, and nothing of what is there", async () => {
  const operator = await bench.open('#/batches/new?from=ids', { as: 'operator' });
  await sendIds(operator, ['theirs'], 'a secret name');
  const { hash } = new URL(operator.url());
  const page = await bench.open(hash);
  await page.getByText('you have no batch with this id').waitFor();
  expect(await page.innerText('body')).not.toContain('a secret name');
  await page.goto(`${bench.address}#/requests/http%3Anone`);
  await page.getByText(/you have no request with this id/).waitFor();
  await page.goto(`${bench.address}#/images/theirs`);
  await page.getByText('Autoenhance does not know this image, or you have no request for it.').waitFor();
});

it('an operator sees whom no callback reaches, and sends again what was lost', async () => {
  receiver.behave(() => ({ status: 500 }));
  onTestFinished(() => receiver.behave(() => ({ status: 204 })));
  await bench.flow.process('never-told', { n: 1 });
  const page = await bench.open('#/health', { as: 'operator' });
  const service = page.getByRole('region', { name: 'The service' });
  await service.getByRole('link', { name: '1' }).click();
  const row = page.getByRole('row').filter({ hasText: new URL(receiver.url).host });
  await row.getByText('Failing', { exact: true }).waitFor();
  expect(await row.innerText()).toMatch(/demo\s+[\d,]+ calls a second, [\d,]+ at once\s+[\d,]+ batches a day/);
  expect(await row.innerText()).toMatch(/\d+ failing of the last \d+\s+last success .+\s+last failure /);
  expect(await page.getByRole('row').filter({ hasText: 'operator' }).innerText()).toMatch(/no limits\s+none/);
  expect(await accessibilityProblems(page)).toEqual([]);

  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'Callback of demo' }).waitFor();
  const lost = page.getByRole('row').filter({ hasText: 'never-told' });
  // The third attempt comes after minutes.
  await lost.getByRole('cell', { name: '2', exact: true }).waitFor();
  await lost.getByText('the receiver answered 500').waitFor();
  // The path may be a secret between partner and service.
  expect(await page.innerText('main')).not.toContain(new URL(receiver.url).pathname);
  expect(await accessibilityProblems(page)).toEqual([]);
  receiver.behave(() => ({ status: 204 }));
  await lost.getByRole('button', { name: 'Again' }).click();
  await lost.getByText('Delivered').first().waitFor();
});

it('a partner sees its own callback, tests it, and sees nobody else’s', async () => {
  onTestFinished(() => receiver.behave(() => ({ status: 204 })));
  const page = await bench.open('#/callback');
  await page.getByText(receiver.url).waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test arrived: the receiver answered 204.').waitFor();
  receiver.behave(() => 'hang_up');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText(/The test failed: the receiver closed the connection/).waitFor();
  await page.goto(`${bench.address}#/partners`);
  await page.getByText('only a key with the role operator may see the partners').waitFor();
  await page.goto(`${bench.address}#/partners/${bench.flow.operator.name}`);
  await page.getByText(/a callback is one's own/).waitFor();
  const operator = await bench.open('#/callback', { as: 'operator' });
  await operator.getByRole('heading', { name: 'Partners' }).waitFor();
});

it('a batch of which everything is sent says what it waits for when images come more than once', async () => {
  const page = await bench.open('#/batches');
  await page.route('**/v3/batches/b_*', async (route) => {
    const response = await route.fetch();
    const { counts, check, ...batch } = (await response.json()) as Batch;
    const { finished } = counts;
    const json = { ...batch, state: 'running', counts: { ...counts, started: 1, finished: finished - 1 } };
    await route.fulfill({ response, json: { ...json, check: { ...check, repeated_images: 1 } } });
  });
  await page.getByRole('link', { name: 'another name' }).click();
  await page.getByText('Waits for the end of 1 line: Some images come more than once.').waitFor();
});

it('a page that is read-only offers no change', async () => {
  const page = await bench.open('#/nowhere');
  const session = { partner: 'demo', role: 'operator', expires_at: '2126-01-01T00:00:00Z', read_only: true };
  await page.route('**/console/session', (route) => route.fulfill({ json: session }));
  await page.goto(bench.address);
  await page.getByText('read only').waitFor();
  await page.getByRole('link', { name: 'spring.csv' }).first().click();
  await page.getByText('Took').waitFor();
  expect(await page.getByRole('button', { name: /again|Pause|Cancel/ }).count()).toBe(0);
  await page.goto(`${bench.address}#/batches/new`);
  await page.getByText(/set to read only/).waitFor();
  expect(await page.getByRole('button', { name: 'Check' }).count()).toBe(0);
  await page.goto(`${bench.address}#/partners/${bench.flow.partner.name}`);
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  expect(await page.getByRole('button', { name: /test|again/i }).count()).toBe(0);
});

it('polling costs little: what has not changed is not sent again', async () => {
  const page = await bench.open('#/nowhere');
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  // The page itself is told of the response that the browser has kept.
  const unchanged = new Promise<void>((resolve) =>
    network.on('Network.responseReceivedExtraInfo', ({ statusCode }) => statusCode === 304 && resolve()),
  );
  await page.goto(`${bench.address}#/health`);
  await unchanged;
});

it('times are in the zone of whoever looks, with the exact one on hover', async () => {
  const page = await bench.open('#/requests', { timezoneId: 'Asia/Tokyo' });
  const time = page.locator('td time').first();
  await time.waitFor();
  const [at = '', exact, shown] = [
    await time.getAttribute('datetime'),
    await time.getAttribute('title'),
    await time.innerText(),
  ];
  const inTokyo = (options: object) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', ...options }).format(new Date(at ?? ''));
  expect(exact).toBe(inTokyo({ dateStyle: 'full', timeStyle: 'long' }));
  expect(exact).toMatch(/GMT\+9$/);
  expect(shown).toContain(inTokyo({ hour: '2-digit', minute: '2-digit' }));
});

it('while the service is away the page says how old it is, and it goes on by itself', async () => {
  const page = await bench.open('#/batches');
  await page.getByText('spring.csv').first().waitFor();
  await page.route('**/v3/**', (route) => route.abort());
  await page.getByText(/The service does not answer\. What you see is from/).waitFor();
  expect(await page.getByText('spring.csv').count()).toBeGreaterThan(0);
  await page.unroute('**/v3/**');
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.getByText(/The service does not answer/).waitFor({ state: 'hidden' });
  await page.context().clearCookies();
  await page.getByText(/Your session has ended/).waitFor();
});

it('names and reasons are text, whatever stands in them', async () => {
  const page = await bench.open('#/batches/new?from=ids', { viewport: { width: 360, height: 740 } });
  await sendIds(page, ['hostile-1'], HOSTILE);
  await page.getByRole('heading', { name: HOSTILE }).waitFor();
  await page.goto(`${bench.address}#/batches`);
  await page.getByRole('link', { name: HOSTILE }).waitFor();
  expect(await page.locator('main script, main img').count()).toBe(0);

  await page.goto(`${bench.address}#/batches/new`);
  await choose(page, 'hostile.csv', `Image ID;${HOSTILE}\nhostile-2;${'x'.repeat(65_000)}`);
  await page.getByText('hostile.csv').waitFor();
  await page.getByRole('button', { name: 'Check' }).click();
  await page
    .getByRole('alert')
    .or(page.getByText('Nothing has been sent yet.'))
    .filter({ hasText: /\w/ })
    .first()
    .waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await smallTargets(page)).toEqual([]);
  expect(await page.locator('main script, main img').count()).toBe(0);
});

const PLACES = ['#/batches', '#/batches/new', '#/requests', '#/images', '#/partners', '#/health', '#/nowhere'];

it('every place is accessible in light and in dark, and fits from a phone to a wall', async () => {
  const page = await bench.open('#/batches', { as: 'operator', viewport: { width: 360, height: 740 } });
  const { batches } = (await (await bench.flow.fetch('/v3/batches')).json()) as { batches: { batch_id: string }[] };
  const { requests } = (await (await bench.flow.fetch('/v3/requests?state=failed')).json()) as {
    requests: { request_id: string }[];
  };
  const one = [
    `#/batches/${batches[0]?.batch_id}`,
    `#/requests/${encodeURIComponent(requests[0]?.request_id ?? '')}`,
    `#/images/${KNOWN_IMAGES.garden.id}`,
  ];
  for (const place of [...PLACES, ...one, `#/partners/${bench.flow.partner.name}`]) {
    await page.goto(`${bench.address}${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    for (const width of [2560, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await isTooWide(page), `${place} at ${width}`).toBe(false);
    }
    expect(await smallTargets(page), place).toEqual([]);
    expect(await accessibilityProblems(page), place).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    // Colours apart, it is the same page.
    expect(await accessibilityProblems(page, ['color-contrast']), `${place} in dark`).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  // A delivery names its image, with less room too.
  expect(await page.getByRole('row').nth(1).getByRole('link').count()).toBe(1);
});

it('everything can be done with the keyboard alone', async () => {
  const page = await bench.open('#/batches');
  await page.getByText('Today’s limit').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('New batch');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New batch' }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('textbox', { name: 'Image ids' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('by-keyboard');
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === 'Check') break;
  }
  await page.keyboard.press('Enter');
  const send = page.getByRole('button', { name: 'Send 1 image' });
  await send.waitFor();
  await send.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Lines', exact: true }).waitFor();
});
