import { LEDGER_RETENTION_MS } from '../../../../functions/adapters/ledger/ledger-item.ts';
import type { FoundUpload } from './list-uploads.ts';

export interface SurveyParts {
  readonly list: () => Promise<readonly FoundUpload[]>;
  /** Those among these that the ledger knows. */
  readonly known: (uploads: readonly FoundUpload[]) => Promise<ReadonlySet<FoundUpload>>;
  /** Whether an image's metadata names the image that it is. */
  readonly hasImageId: (upload: FoundUpload) => Promise<boolean>;
  readonly now: () => number;
}

/** What is in the bucket, counted. */
export interface Survey {
  /** The service has not dealt with these. The one that was uploaded first is the first. */
  readonly missed: readonly FoundUpload[];
  readonly dealtWith: number;
  /** Images that ask for nothing. */
  readonly withoutId: number;
  /** So old that the ledger has forgotten them, whether they were dealt with or not. */
  readonly tooOld: number;
}

/** Calls of S3 at a time. */
const AT_ONCE = 20;

/** Finds the uploads that the service has not dealt with. */
export async function survey({ list, known, hasImageId, now }: SurveyParts): Promise<Survey> {
  const all = await list();
  const recent = all.filter(({ uploadedAt }) => now() - uploadedAt < LEDGER_RETENTION_MS);
  const dealtWith = await known(recent);
  const unknown = recent.filter((upload) => !dealtWith.has(upload));
  const missed: FoundUpload[] = [];
  for (let first = 0; first < unknown.length; first += AT_ONCE) {
    const some = unknown.slice(first, first + AT_ONCE);
    const asks = await Promise.all(some.map(async (upload) => upload.kind === 'requests' || hasImageId(upload)));
    missed.push(...some.filter((_, index) => asks[index]));
  }
  return {
    missed: missed.toSorted((one, other) => one.uploadedAt - other.uploadedAt),
    dealtWith: dealtWith.size,
    withoutId: unknown.length - missed.length,
    tooOld: all.length - recent.length,
  };
}
