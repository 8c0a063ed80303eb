/** A way to break the code that a maintainer could take, and who is to notice. */
export interface Mutant {
  /** In lower case with hyphens; says what is broken. */
  readonly name: string;
  /** The file that is changed, from the project's folder on. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files, the fastest first: at least one of their tests fails. */
  readonly tests: readonly string[];
}

export interface Area {
  readonly name: string;
  readonly mutants: readonly Mutant[];
}

/** A mutant does not fit the code any more. */
export class PatchDoesNotFit extends Error {
  override readonly name = 'PatchDoesNotFit';
}

/** The text of a mutant's file with its change. @throws PatchDoesNotFit */
export function patched(text: string, { name, file, find, replace }: Mutant): string {
  const count = text.split(find).length - 1;
  if (count !== 1) {
    throw new PatchDoesNotFit(`${name}: its text must stand in ${file} exactly once, got ${count} times:\n${find}`);
  }
  return text.replace(find, () => replace);
}
