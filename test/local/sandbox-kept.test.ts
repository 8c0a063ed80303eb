import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnreadableFile } from '../../local/keep.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { createSandbox } from '../../local/sandbox/server.ts';
import { temporaryDirectory } from './support/temporary.ts';

const { house, kitchen } = KNOWN_IMAGES;
const KEY = 'sandbox-key';

async function start(keep: string | undefined) {
  const sandbox = await createSandbox({ apiKey: KEY, keep, processingMs: 0 });
  onTestFinished(() => sandbox.close());
  const process = (id: string, body: string) =>
    fetch(`${sandbox.url}/v3/images/${id}/process`, {
      method: 'POST',
      headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
      body,
    });
  return { sandbox, process };
}

describe('a sandbox that keeps its images', () => {
  it('has them with their preferences and orders after a restart, digit by digit', async () => {
    const directory = join(await temporaryDirectory(), 'sandbox');
    const first = await start(directory);
    await first.process(
      house.id,
      '{"enhance_type":"warm","order_id":"o-1","metadata":{"listing":12345678901234567890}}',
    );
    first.sandbox.addImage({ id: 'mine', preferences: { rating: 4 } });
    const before = [house.id, kitchen.id, 'mine'].map((id) => JSON.stringify(first.sandbox.image(id)));
    await first.sandbox.close();

    const { sandbox, process } = await start(directory);
    expect([house.id, kitchen.id, 'mine'].map((id) => JSON.stringify(sandbox.image(id)))).toEqual(before);
    expect(before[0]).toContain('"enhance_type":"warm","finetune_settings":null');
    expect(before[0]).toContain('12345678901234567890');
    const answer = (await (await process('mine', '{"scene":"exterior"}')).json()) as object;
    expect(answer).toMatchObject({ rating: 4, scene: 'exterior' });
  });

  it('loses nothing to a process that is killed', async () => {
    const directory = join(await temporaryDirectory(), 'sandbox');
    const { process } = await start(directory);
    await process(house.id, '{"rating":5}');
    // The first one is still open, as after a kill: nothing was written at its end.
    const { sandbox } = await start(directory);
    expect(sandbox.image(house.id)).toMatchObject({ rating: 5 });
  });

  it('says in one sentence that they cannot be read', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'images.sqlite');
    await writeFile(file, 'no database, and long enough to be taken for one'.repeat(100));
    const opened = createSandbox({ apiKey: KEY, keep: directory });
    await expect(opened).rejects.toThrow(UnreadableFile);
    await expect(opened).rejects.toThrow(
      `${file} cannot be read (file is not a database): delete it, and the sandbox starts with its known images`,
    );
  });

  it.each(['{"id":1}', 'no JSON'])('says so of a row that is no image: %s', async (row) => {
    const directory = await temporaryDirectory();
    const database = new DatabaseSync(join(directory, 'images.sqlite'));
    database.exec('CREATE TABLE images (id TEXT PRIMARY KEY, image TEXT NOT NULL)');
    database.prepare('INSERT INTO images VALUES (?, ?)').run('a', row);
    database.close();
    await expect(createSandbox({ apiKey: KEY, keep: directory })).rejects.toThrow(UnreadableFile);
  });
});

it('a sandbox that keeps nothing begins anew', async () => {
  const { sandbox, process } = await start(undefined);
  await process(house.id, '{"rating":5}');
  await sandbox.close();
  expect((await start(undefined)).sandbox.image(house.id)).toMatchObject({ rating: null });
});
