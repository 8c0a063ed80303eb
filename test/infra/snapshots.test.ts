import { describe, expect, it } from 'vitest';
import { type StackTemplate, templatesOfEveryStage } from './support/templates.ts';

describe.each(await templatesOfEveryStage())('the templates of %s', (stage, templates) => {
  it.each(Object.entries(templates))('are as they were reviewed: %s', async (stack, template) => {
    await expect(stable(template)).toMatchFileSnapshot(`__snapshots__/${stage}-${stack}.json`);
  });
});

/** Without what changes from one machine, or one edit of a function, to the next. */
function stable(template: StackTemplate): string {
  const text = JSON.stringify(template, (key, value) => (key === 'aws:asset:path' ? undefined : value), 2);
  const stableText = text
    .replace(/\b[0-9a-f]{64}\.zip/g, 'bundle.zip')
    .replace(/"VERSION": "[^"]+"/g, '"VERSION": "as released"')
    // A version is named by the hash of its function's code and settings.
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1');
  return `${stableText}\n`;
}
