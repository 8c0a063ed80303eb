export interface Flash {
  readonly batchId: string;
  /** A sentence, shown once. */
  readonly note: string;
  /** Further sentences. */
  readonly details?: readonly string[];
}

let flash: Flash | undefined;

/** Keeps what is to be said on the page of a batch that is opened next. */
export function putFlash(next: Flash): void {
  flash = next;
}

export function takeFlash(batchId: string): Flash | undefined {
  const taken = flash?.batchId === batchId ? flash : undefined;
  flash = undefined;
  return taken;
}
