import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../functions/core/json.ts';
import { parseJson } from '../../functions/core/json.ts';
import { isDiskFull, UnreadableFile } from '../keep.ts';

export interface StoredImage {
  readonly id: string;
  readonly addedAt: number;
  readonly preferences: JsonObject;
  /** Epoch ms at which the running enhancement ends, and how. */
  readonly endsAt: number;
  readonly end: 'processed' | 'error' | 'waiting' | 'expired';
  /** Why it is in `error`. */
  readonly reason: string | null;
  /** Its full size was taken. */
  readonly isBought?: boolean;
}

export interface StoredOrder {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** Epoch ms until which its brackets are merged. */
  readonly mergesUntil: number;
}

/** Records that outlive the sandbox. */
export interface KeptRecords<Stored> {
  all(): readonly Stored[];
  put(record: Stored): void;
}

/** Stores the sandbox's images and orders across restarts. */
export interface Kept {
  readonly images: KeptRecords<StoredImage>;
  readonly orders: KeptRecords<StoredOrder>;
  close(): void;
}

const NOTHING = { all: () => [], put: () => {} };

/**
 * One row for each record in a database, which a crash cannot leave half written.
 * @param directory of the sandbox alone; without one, nothing is stored
 * @throws UnreadableFile when the file is not such a database, or a row is not what it should be
 */
export function openKept(directory: string | undefined): Kept {
  if (directory === undefined) return { images: NOTHING, orders: NOTHING, close: () => {} };
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'images.sqlite');
  const database = new DatabaseSync(file);
  try {
    // A commit does not wait for the disk: the data survives a crash of the process, though not of the machine.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const images = openTable(database, 'images', 'image', storedImage);
    const orders = openTable(database, 'orders', 'content', storedOrder);
    return { images, orders, close: () => database.isOpen && database.close() };
  } catch (cause) {
    database.close();
    if (isDiskFull(cause)) throw cause;
    throw new UnreadableFile(
      `${file} cannot be read (${(cause as Error).message}): delete it, and the sandbox starts with its known images`,
      { cause },
    );
  }
}

function openTable<Stored extends { readonly id: string }>(
  database: DatabaseSync,
  table: string,
  column: string,
  decode: (text: string) => Stored,
): KeptRecords<Stored> {
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, ${column} TEXT NOT NULL)`);
  const rows = database.prepare(`SELECT ${column} FROM ${table} ORDER BY rowid`).all();
  const records = rows.map((row) => decode(String(row[column])));
  const upsert = database.prepare(
    `INSERT INTO ${table} (id, ${column}) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`,
  );
  return {
    all: () => records,
    // A call may act while the sandbox closes.
    put: (record) => void (database.isOpen && upsert.run(record.id, JSON.stringify(record))),
  };
}

function storedImage(text: string): StoredImage {
  const image = parseJson(text, Number.POSITIVE_INFINITY) as Partial<StoredImage> | null;
  if (typeof image?.id === 'string' && typeof image.preferences === 'object') return image as StoredImage;
  throw new Error('a row is not an image');
}

function storedOrder(text: string): StoredOrder {
  const order = parseJson(text) as Partial<StoredOrder> | null;
  if (typeof order?.id === 'string' && typeof order.mergesUntil === 'number') return order as StoredOrder;
  throw new Error('a row is not an order');
}
