import { describe, expect, it } from 'vitest';
import type { Json } from '../../docs/support/contract.ts';
import { BATCH, exampleOf, flowing, held, LINES, noLines, refused } from '../support/answers.ts';
import { focusedField, soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

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
    // The end is told once, in the time zone of whoever looks.
    expect(await page.getByText(/finished in about/).count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Send/ }).count()).toBe(0);
    const sent = calls
      .filter(({ call }) => call.startsWith(CREATE))
      .map(({ call, body }) => [call, JSON.parse(body ?? '')]);
    const preferences = { sky_replacement: false, rating: 4, order_id: 'order-1' };
    expect(sent).toEqual(Array(2).fill([`${CREATE}?dry_run=true&name=1+image`, { image_id: 'house', preferences }]));
  });

  it('of which nothing is usable is told why once, and nothing of a limit that nobody looked at', async () => {
    const refusal = 'only one column may set "image_id"';
    const { pace: _, ...rest } = checked;
    const cannot = { ...rest, expected_end: null, would_be_sent: false, refusal, problems: [refusal] };
    const { page } = await pages.open('#/batches/new?from=ids', { [CREATE]: cannot });
    await page.getByRole('textbox', { name: 'Image ids' }).fill('house');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText(refusal).first().waitFor();
    expect(await page.getByText(refusal).count()).toBe(1);
    expect(await page.getByText('no daily limit').count()).toBe(0);
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
    await soon(() => page.url()).not.toContain('step');
    await page.getByRole('button', { name: 'Check' }).click();
    const send = page.getByRole('button', { name: 'Send 2 images' });
    await send.click();
    await page.getByRole('alert').getByText('too many batches today').waitFor();
    await send.click();
    await page.getByText('It was there.').waitFor();
    const bodies = calls.filter(({ call }) => call.startsWith(CREATE)).map(({ body }) => body);
    expect(bodies).toEqual(Array(3).fill(bodies[0]));
  });

  it.each([
    ['from=ids', /^Paste at least one image id\.$/],
    ['from=order', /^Name the order/],
  ])('says at its field what is missing: %s', async (from, sentence) => {
    const { page } = await pages.open(`#/batches/new?${from}`, {});
    await page.getByRole('button', { name: 'Check' }).click();
    await soon(() => focusedField(page)).toEqual({ isInvalid: true, description: expect.stringMatching(sentence) });
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

  it('is not checked before its file is read', async () => {
    const { page, calls } = await pages.open('#/batches/new', { [CREATE]: checked });
    const holdReading = `{
      const read = File.prototype.arrayBuffer;
      File.prototype.arrayBuffer = async function () {
        await new Promise((resolve) => { window.goOnReading = resolve; });
        return read.call(this);
      };
    }`;
    await page.evaluate(holdReading);
    const buffer = Buffer.from('image_id\nhouse');
    await page.locator('input[type=file]').setInputFiles({ name: 'spring.csv', mimeType: 'text/csv', buffer });
    await page.getByText('Reading the file…').waitFor();
    const check = page.getByRole('button', { name: 'Check' });
    expect(await check.isDisabled()).toBe(true);
    await check.press('Enter');
    expect(await page.getByText('Choose a file first.').count()).toBe(0);
    expect(calls.filter(({ call }) => call.startsWith(CREATE))).toEqual([]);
    await page.evaluate('window.goOnReading()');
    await check.click();
    await page.getByText('Nothing has been sent yet.').waitFor();
  });

  it('takes the file that was dropped last, and leaves the page for none', async () => {
    const { page } = await pages.open('#/batches/new', {});
    /** @returns whether the browser would have done something with it */
    const drop = (transfer: string) =>
      page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        ${transfer};
        return document.querySelector('main').dispatchEvent(
          new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      })()`);
    const fileOf = (name: string) => `dataTransfer.items.add(new File(['image_id\\nhouse'], '${name}'))`;
    await page.getByText('Drop a file here').waitFor();
    // The first of two takes longer to read.
    await page.evaluate(`{
      const read = File.prototype.arrayBuffer;
      File.prototype.arrayBuffer = async function () {
        if (this.name === 'first.csv') await new Promise((resolve) => { window.goOnReading = resolve; });
        return read.call(this);
      };
    }`);
    await drop(fileOf('first.csv'));
    await drop(fileOf('second.csv'));
    await page.getByText('second.csv').waitFor();
    await page.evaluate('window.goOnReading()');
    await drop(fileOf('third.csv'));
    await page.getByText('third.csv').waitFor();
    expect(await page.getByText(/first\.csv|second\.csv/).count()).toBe(0);
    await page.getByText('Image ids', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Image ids' }).waitFor();
    expect(await drop(fileOf('fourth.csv'))).toBe(false);
    expect(await drop(`dataTransfer.setData('text/plain', 'house')`)).toBe(true);
  });

  it('that changes or is left while it is checked is not sent as it was', async () => {
    const first = held();
    const second = held();
    const answers: unknown[] = [first.answered, second.answered];
    const { page, countOf } = await pages.open('#/batches/new?from=ids', { [CREATE]: () => answers.shift() });
    // While it is busy it has another name.
    const check = page.getByRole('button', { name: 'Check', exact: true });
    await page.getByRole('textbox', { name: 'Image ids' }).fill('house');
    await check.click();
    await page.getByLabel('Style').selectOption('warm');
    first.answer(checked);
    await check.click();
    await soon(() => countOf(CREATE)).toBe(2);
    expect(await page.getByText('Nothing has been sent yet.').count()).toBe(0);
    await page.getByRole('link', { name: 'Images' }).click();
    await soon(() => page.url()).toMatch(/#\/images$/);
    second.answer(checked);
    await page.evaluate('fetch("/v3/settled")');
    expect(page.url()).toMatch(/#\/images$/);
  });

  it('is still there when the session has ended and the same partner signs in, and nobody else', async () => {
    let partner = 'acme';
    const { page } = await pages.open('#/batches/new?from=ids', {
      [CREATE]: refused(401, 'the session has ended'),
      'POST /console/session': () => ({ partner, role: 'partner', expires_at: '', read_only: false }),
    });
    const ids = page.getByRole('textbox', { name: 'Image ids' });
    const checkAndSignIn = async () => {
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByLabel('Your key').fill('key');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await ids.waitFor();
    };
    await ids.fill('house garden');
    await page.getByLabel('Style').selectOption('warm');
    await page.getByLabel(/^Name/).fill('spring');
    await checkAndSignIn();
    const draft = () => Promise.all([ids.inputValue(), page.getByLabel('Style').inputValue()]);
    expect([await draft(), await page.getByLabel(/^Name/).inputValue()]).toEqual([['house garden', 'warm'], 'spring']);
    partner = 'kestrel';
    await checkAndSignIn();
    expect(await draft()).toEqual(['', '']);
  });

  it('is left behind by who goes to another page', async () => {
    const { page } = await pages.open('#/batches/new?from=ids', {});
    const ids = page.getByRole('textbox', { name: 'Image ids' });
    await ids.fill('house');
    await page.getByRole('link', { name: 'Images' }).click();
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await page.goBack();
    expect(await ids.inputValue()).toBe('');
  });
});
