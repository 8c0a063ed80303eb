import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../functions/core/json.ts';
import { parseJson } from '../../functions/core/json.ts';
import { UnreadableFile } from '../keep.ts';

export interface StoredImage {
  readonly id: string;
  readonly addedAt: number;
  readonly preferences: JsonObject;
  /** Epoch ms at which the running enhancement ends, and how. */
  readonly endsAt: number;
  readonly end: 'processed' | 'error';
}

/** Stores the sandbox's images across restarts. */
export interface KeptImages {
  all(): readonly StoredImage[];
  put(image: StoredImage): void;
  close(): void;
}

/**
 * One row for each image in a database, which a crash cannot leave half written.
 * @param directory of the sandbox alone; without one, nothing is stored
 * @throws UnreadableFile when the file is not such a database, or a row is not an image
 */
export function openKeptImages(directory: string | undefined): KeptImages {
  if (directory === undefined) return { all: () => [], put: () => {}, close: () => {} };
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'images.sqlite');
  const database = new DatabaseSync(file);
  try {
    // A commit does not wait for the disk: the data survives a crash of the process, though not of the machine.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('CREATE TABLE IF NOT EXISTS images (id TEXT PRIMARY KEY, image TEXT NOT NULL)');
    const images = database
      .prepare('SELECT image FROM images')
      .all()
      .map(({ image }) => storedImage(String(image)));
    const upsert = database.prepare('INSERT OR REPLACE INTO images (id, image) VALUES (?, ?)');
    return {
      all: () => images,
      // A call may act while the sandbox closes.
      put: (image) => void (database.isOpen && upsert.run(image.id, JSON.stringify(image))),
      close: () => database.isOpen && database.close(),
    };
  } catch (cause) {
    database.close();
    throw new UnreadableFile(
      `${file} cannot be read (${(cause as Error).message}): delete it, and the sandbox starts with its known images`,
      { cause },
    );
  }
}

function storedImage(text: string): StoredImage {
  const image = parseJson(text, Number.POSITIVE_INFINITY) as Partial<StoredImage> | null;
  if (typeof image?.id === 'string' && typeof image.preferences === 'object') return image as StoredImage;
  throw new Error('a row is not an image');
}
