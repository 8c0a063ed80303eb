/** The cells of a table; the first row is its header. */
export type Rows = readonly (readonly string[])[];

/** What is wrong with a file, in a sentence. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** Case, blanks and dashes make no difference, as in the service. */
export function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

export function isIdColumn(name: string): boolean {
  return letters(name) === 'imageid';
}
