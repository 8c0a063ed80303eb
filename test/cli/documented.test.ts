import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startService } from '../../local/service.ts';
import { blocksOf, readDocument } from '../docs/support/documents.ts';
import { temporaryFolder } from './support/run.ts';
import { inTerminal, screenOf } from './support/terminal.ts';

const blocks = blocksOf(readDocument('docs/cli.md'));
const textOf = (language: string) => blocks.filter((block) => block.language === language).map(({ text }) => text);

/** What differs from run to run: ids, times of day, and how many seconds something takes. */
function steady(text: string): string {
  const ids = new Map<string, string>();
  return (
    text
      .replaceAll(/\bb_[0-9a-f]{32}\b/g, (id) => ids.get(id) ?? ids.set(id, `b_${ids.size + 1}`).get(id) ?? '')
      .replaceAll(/\bhttp:[0-9a-f]{64}\b/g, 'REQUEST')
      .replaceAll(/\b\d\d:\d\d\b/g, 'TIME')
      .replaceAll(/in about \d+ seconds?/g, 'in about N seconds')
      // Shortly before the reset batches may use the whole limit.
      .replaceAll(/\d+ of today's 500/g, "N of today's 500")
      .replaceAll(/\/home\/\S+|\/\S+\/config\/\S+/g, 'PATH')
      // Where its lines break depends on how long the path is.
      .replace(/The key is in.*?read\./s, (sentence) => sentence.replaceAll(/\s+/g, ' '))
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'ADDRESS')
      .trim()
  );
}

interface Shown {
  readonly command: string;
  readonly printed: string;
}

/** The commands of a block, each after `$ `, with what they print. */
function shownIn(block: string): readonly Shown[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...printed] = part.split('\n');
      return { command, printed: printed.join('\n') };
    });
}

it('the tasks of docs/cli.md are done with eight commands that print what it shows', async () => {
  const service = await startService({
    sandbox: { acceptAnyImage: false, processingMs: 100 },
    finishesImages: true,
    schedulesEveryMs: 1000,
  });
  const folder = temporaryFolder();
  try {
    const control = (path: string, body: object) =>
      fetch(`${service.sandbox?.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    for (let image = 1; image <= 6; image++) await control('images', { id: `kitchen-${image}` });
    await control('faults', { kind: 'fails_later', imageId: 'kitchen-4', times: 1, reason: 'The image is too dark' });
    const [file = ''] = textOf('csv');
    writeFileSync(join(folder, 'spring-campaign.csv'), `${file}\n`);
    mkdirSync(join(folder, 'config'));
    const shown = textOf('console').flatMap(shownIn);
    expect(shown).toHaveLength(8);

    let id = '';
    const documentedIds = new Map<string, string>();
    for (const { command, printed } of shown) {
      const [named] = /\bb_[0-9a-f]{32}\b/.exec(command) ?? [];
      if (named !== undefined && !documentedIds.has(named)) documentedIds.set(named, id);
      const words = command
        .split(' ')
        .slice(1)
        .map((word) => documentedIds.get(word) ?? word);
      const env = { XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' };
      const terminal = inTerminal(words, env, 80, folder);
      if (command.endsWith('login')) {
        await terminal.seen(/Address of the service: /);
        terminal.type(`${service.addresses.api}\r`);
        await terminal.seen(/Key: /);
        terminal.type('local-operator-key\r');
      }
      if (printed.includes('[y/N]')) {
        await terminal.seen(/\[y\/N\] /);
        terminal.type('y\r');
      }
      await terminal.ended;
      const screen = screenOf(terminal.text());
      id = /^b_[0-9a-f]{32}$/m.exec(screen)?.[0] ?? id;
      expect(steady(screen)).toBe(steady(printed));
    }
  } finally {
    await service.stop();
  }
});
