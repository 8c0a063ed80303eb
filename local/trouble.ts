/**
 * Whether a line of a function's log is more than the usual: a warning, an error, or nothing that our logger writes; a
 * metric is none.
 */
export function isTrouble(line: string): boolean {
  return !/^\{("level":"(debug|info)"|"_aws")/.test(line);
}
