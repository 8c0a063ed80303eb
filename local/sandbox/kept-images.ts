import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseJson } from '../../functions/core/json.ts';
import { UnreadableFile } from '../keep.ts';
import type { StoredImage } from './images.ts';

/** Where the sandbox's images outlive it. */
export interface KeptImages {
  all(): readonly StoredImage[];
  put(image: StoredImage): void;
  close(): void;
}

/**
 * One row for each image in a database, which no crash leaves half written.
 * @param directory of the sandbox alone; without one nothing is kept
 * @throws UnreadableFile when what is there is no such database, or holds what is no image
 */
export function openKeptImages(directory: string | undefined): KeptImages {
  if (directory === undefined) return { all: () => [], put: () => {}, close: () => {} };
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'images.sqlite');
  const database = new DatabaseSync(file);
  try {
    // A commit need not wait for the disk: what was written survives the process, if not the machine's power.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('CREATE TABLE IF NOT EXISTS images (id TEXT PRIMARY KEY, image TEXT NOT NULL)');
    const images = database
      .prepare('SELECT image FROM images')
      .all()
      .map(({ image }) => storedImage(String(image)));
    const upsert = database.prepare('INSERT OR REPLACE INTO images (id, image) VALUES (?, ?)');
    return {
      all: () => images,
      // A call may still act while the sandbox closes.
      put: (image) => void (database.isOpen && upsert.run(image.id, JSON.stringify(image))),
      close: () => database.isOpen && database.close(),
    };
  } catch (cause) {
    database.close();
    throw new UnreadableFile(
      `${file} cannot be read (${(cause as Error).message}): delete it, and the sandbox begins with its own images`,
      { cause },
    );
  }
}

function storedImage(text: string): StoredImage {
  const image = parseJson(text, Number.POSITIVE_INFINITY) as Partial<StoredImage> | null;
  if (typeof image?.id === 'string' && typeof image.preferences === 'object') return image as StoredImage;
  throw new Error('a row of it is no image');
}
