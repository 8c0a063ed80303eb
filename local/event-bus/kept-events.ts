import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** An event to deliver to a function. */
export interface KeptEvent {
  readonly id: number;
  readonly functionName: string;
  readonly event: unknown;
}

/** The undelivered events. They are stored because EventBridge and Lambda lose no events when a machine fails. */
export interface KeptEvents {
  add(functionName: string, event: unknown): KeptEvent;
  /** It was delivered, or set aside. */
  remove(event: KeptEvent): void;
  all(): readonly KeptEvent[];
  close(): void;
}

/** @param directory keeps them across restarts; without one, they are in memory */
export function openKeptEvents(directory: string | undefined): KeptEvents {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'events.sqlite'));
  database.exec('CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, function TEXT, event TEXT)');
  const insert = database.prepare('INSERT INTO events (function, event) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM events WHERE id = ?');
  const select = database.prepare('SELECT id, function AS functionName, event FROM events ORDER BY id');
  return {
    add(functionName, event) {
      const { lastInsertRowid } = insert.run(functionName, JSON.stringify(event));
      return { id: Number(lastInsertRowid), functionName, event };
    },
    remove: ({ id }) => void remove.run(id),
    all: () =>
      select.all().map(({ id, functionName, event }) => {
        return { id: Number(id), functionName: String(functionName), event: JSON.parse(String(event)) as unknown };
      }),
    close() {
      if (database.isOpen) database.close();
    },
  };
}
