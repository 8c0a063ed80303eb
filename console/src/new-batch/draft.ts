import type { BatchInput, Preferences } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import type { RequestFile } from './request-file.ts';
import { needsIdColumn, withPreferences } from './with-preferences.ts';

export const SOURCES = ['file', 'ids', 'order'] as const;
export type Source = (typeof SOURCES)[number];

/** What somebody wants to have done, while they say it. */
export interface Draft {
  readonly source: Source;
  readonly file: RequestFile | undefined;
  /** Whether a file was chosen that is not read yet. */
  readonly isReading: boolean;
  readonly idColumn: number | undefined;
  readonly idsText: string;
  readonly orderId: string;
  /** Undefined while they are no JSON. */
  readonly preferences: Preferences | undefined;
  readonly name: string;
}

export const EMPTY_DRAFT: Draft = {
  source: 'file',
  file: undefined,
  isReading: false,
  idColumn: undefined,
  idsText: '',
  orderId: '',
  preferences: {},
  name: '',
};

export type Prepared =
  | { readonly input: BatchInput; readonly name: string | undefined; readonly missing?: undefined }
  | { readonly missing: string };

/** What is handed over, or what is still missing for it. @throws FileProblem */
export function prepare(draft: Draft): Prepared {
  const { missing } = texts.newBatch;
  const { source, file, idColumn, preferences } = draft;
  const name = draft.name.trim() || undefined;
  if (preferences === undefined) return { missing: missing.json };
  switch (source) {
    case 'file':
      if (file === undefined) return { missing: missing.file };
      if (!needsIdColumn(file)) return { input: withPreferences(file, { preferences }), name };
      if (idColumn === undefined) return { missing: missing.idColumn };
      return { input: withPreferences(file, { preferences, idColumn }), name };
    case 'ids': {
      const imageIds = idsIn(draft.idsText);
      return imageIds.length === 0 ? { missing: missing.ids } : { input: { imageIds, preferences }, name };
    }
    case 'order': {
      const orderId = draft.orderId.trim();
      return orderId === '' ? { missing: missing.order } : { input: { orderId, preferences }, name };
    }
  }
}

/** Image ids have no blanks, commas, semicolons or quotes. */
export function idsIn(text: string): readonly string[] {
  return text.split(/[\s,;"']+/).filter(Boolean);
}
