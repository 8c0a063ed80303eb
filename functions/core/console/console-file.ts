/** A file of the console's page. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly etag: string;
  /** Compressed by gzip, in Base64. */
  readonly gzip: string;
  /** As it is, in Base64. */
  plain(): string;
}

/** By their paths below `/console/`: `index.html`, `assets/app-K3B2.js`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;
