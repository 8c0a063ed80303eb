/** Node's flags for a function of so many MB: what the bootstrap of Lambda's Node runtimes gives it. */
export function heapFlags(memoryMb: number): readonly string[] {
  const young = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${memoryMb - young}`];
}
