/**
 * An error, and what is behind it, for a log line. First lines alone: below its own AWS quotes a call whose signature is wrong,
 * with the session token of the function's role.
 */
export function loggedError(error: unknown): { readonly error: string; readonly cause: string | undefined } {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  return { error: firstLine(error), cause: cause === undefined ? undefined : firstLine(cause) };
}

function firstLine(error: unknown): string {
  return String(error)
    .split(/[\r\n]/, 1)
    .join();
}
