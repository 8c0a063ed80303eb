import { usageError } from '../command-error.ts';

/** Names of columns as they came, and as they are called here. */
export type ColumnMap = ReadonlyMap<string, string>;

/** @throws CommandError */
export function parseColumnMap(given: readonly string[] = []): ColumnMap {
  return new Map(
    given.map((each) => {
      const at = each.lastIndexOf('=');
      const [other, name] = [each.slice(0, Math.max(0, at)).trim(), each.slice(at + 1).trim()];
      if (at > 0 && other !== '' && name !== '') return [other, name] as const;
      throw usageError(`--map must be OTHER=NAME, such as "Bild-ID=image_id", got ${each}`);
    }),
  );
}

/** Case, blanks and dashes make no difference, as in the service. */
export function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

export function isImageColumn(name: string): boolean {
  return letters(name) === 'imageid';
}

/** @throws CommandError when a name is in no column */
export function mapNames(names: readonly string[], map: ColumnMap): readonly string[] {
  const named = names.map((name) => name.trim());
  for (const other of map.keys()) {
    if (named.some((name) => letters(name) === letters(other))) continue;
    throw usageError(`--map names the column ${other}, and the file has ${named.filter(Boolean).join(', ')}`);
  }
  return named.map((name) => [...map].find(([other]) => letters(other) === letters(name))?.[1] ?? name);
}
