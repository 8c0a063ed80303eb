let file: File | undefined;

/** Keeps a file that was dropped on another page. */
export function putDraftFile(dropped: File): void {
  file = dropped;
}

/** Once. */
export function takeDraftFile(): File | undefined {
  const taken = file;
  file = undefined;
  return taken;
}
