import { describe, expect, it } from 'vitest';
import { refused } from '../support/answers.ts';
import { usePages } from '../support/scripted-page.ts';

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
});
