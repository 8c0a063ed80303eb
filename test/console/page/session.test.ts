import { describe, expect, it } from 'vitest';
import { refused } from '../support/answers.ts';
import { focusedField, soon, usePages } from '../support/scripted-page.ts';

const pages = usePages();

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

  it('is not begun with a wrong key, which is said at its field; of an outage, the key is not to blame', async () => {
    let answer = refused(503, 'the service is away');
    const { page } = await pages.open('#/images', {
      'GET /console/session': refused(401, 'sign in'),
      'POST /console/session': () => answer,
    });
    await page.getByLabel('Your key').fill('key');
    await page.keyboard.press('Enter');
    const told = (sentence: string) => expect.stringMatching(new RegExp(`^${sentence}`, 'i'));
    await soon(() => focusedField(page)).toEqual({ isInvalid: false, description: told('the service is away') });
    answer = refused(401, 'this is no key');
    await page.keyboard.press('Enter');
    await soon(() => focusedField(page)).toEqual({ isInvalid: true, description: told('this is no key') });
  });

  const sessionOf = (partner: string) => ({ partner, role: 'partner', expires_at: '', read_only: false });

  it('is that of the key that is put into the address of the open page', async () => {
    const { page, calls } = await pages.open('#/images', { 'POST /console/session': sessionOf('kestrel') });
    await page.getByText('acme').waitFor();
    await page.evaluate('location.hash = "#key=the-key-of-kestrel"');
    await page.getByText('kestrel').waitFor();
    expect(calls.find(({ call }) => call === 'POST /console/session')?.body).toBe('{"key":"the-key-of-kestrel"}');
    await soon(() => page.url()).not.toContain('key');
    await page.getByRole('heading', { name: 'Batches' }).waitFor();
  });

  it('that was begun or ended in another tab is this one’s too, as soon as somebody comes back', async () => {
    let session: unknown = sessionOf('acme');
    const { page } = await pages.open('#/batches/new?from=ids', { 'GET /console/session': () => session });
    const comeBack = () => page.evaluate('dispatchEvent(new Event("focus"))');
    const ids = page.getByRole('textbox', { name: 'Image ids' });
    await ids.fill('house');
    session = { ...sessionOf('acme'), expires_at: '2126-01-01T00:00:00Z' };
    await comeBack();
    session = refused(503, 'away');
    await comeBack();
    expect(await ids.inputValue()).toBe('house');
    session = sessionOf('kestrel');
    await comeBack();
    await page.getByText('kestrel').waitFor();
    // What one partner wrote is not sent as another.
    expect(await ids.inputValue()).toBe('');
    session = refused(401, 'sign in');
    await comeBack();
    await page.getByText('Your session has ended.').waitFor();
  });
});
