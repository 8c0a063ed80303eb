import { isUuid } from '../../request/image-id.ts';

/** Image ids that are no UUIDs, among many that are: perhaps a file's name, or the id of something else. */
export interface UnlikeIds {
  add(line: number, imageId: string): void;
  /** None where fewer than nine of ten ids are UUIDs: any text may be an id. */
  readonly found: { readonly count: number; readonly first: readonly LineId[] };
}

interface LineId {
  readonly line: number;
  readonly imageId: string;
}

const SHOWN = 3;
/** Of all ids. */
const LARGEST_SHARE = 0.1;

export function createUnlikeIds(): UnlikeIds {
  const first: LineId[] = [];
  let total = 0;
  let count = 0;
  return {
    add(line, imageId) {
      total += 1;
      if (isUuid(imageId)) return;
      count += 1;
      if (first.length < SHOWN) first.push({ line, imageId });
    },
    get found() {
      return count <= total * LARGEST_SHARE ? { count, first } : { count: 0, first: [] };
    },
  };
}
