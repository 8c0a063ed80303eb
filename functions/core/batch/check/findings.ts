import type { Rejection } from '../batch.ts';
import type { LineRequest, Portion, Refusal } from '../reading/parsed-line.ts';
import { askedOf, createRepeatedImages, type RepeatedImages } from './repeated-images.ts';
import { createUnlikeIds, type UnlikeIds } from './unlike-ids.ts';
import { createWarningCounts, type WarningCounts } from './warning-counts.ts';

export interface RefusedLine {
  readonly line: number;
  readonly refusal: Refusal;
}

/** What is found in the lines of a file, as they pass. */
export interface Findings {
  /** @returns the refused lines among these */
  take(portion: Portion): readonly RefusedLine[];
  /** Lines that hold a request or are refused. */
  readonly total: number;
  readonly rejected: number;
  readonly first: readonly Rejection[];
  readonly problems: readonly string[];
  readonly images: Pick<RepeatedImages, 'found' | 'sample'>;
  readonly unlikeIds: Pick<UnlikeIds, 'found'>;
  readonly warnings: Pick<WarningCounts, 'texts'>;
}

/** A batch's item is written each time it advances: what it holds of the check is kept small. The list has everything. */
const SHOWN_REJECTIONS = 20;
const SHOWN_PROBLEMS = 10;
const SHOWN_CHARACTERS = 300;
/** Most files ask for a few things on many lines: what is to be said of them is worked out once. */
const REMEMBERED = 256;
/** More text than that is an object of its own on each line. */
const REMEMBERED_CHARACTERS = 1000;

interface Judged {
  readonly asked: number;
  readonly warnings: readonly string[];
}

/** @param sampleSize the most images that are looked up */
export function createFindings(sampleSize: number): Findings {
  const images = createRepeatedImages(sampleSize);
  const unlikeIds = createUnlikeIds();
  const warnings = createWarningCounts();
  const first: Rejection[] = [];
  const problems: string[] = [];
  const judged = new Map<string, Judged>();
  let total = 0;
  let rejected = 0;

  function judge(request: LineRequest): Judged {
    const text = `${request.apiVersion ?? ''} ${JSON.stringify(request.preferences)}`;
    const known = judged.get(text);
    if (known !== undefined) return known;
    const fresh = { asked: askedOf(request), warnings: warnings.warningsOf(request.preferences) };
    if (judged.size === REMEMBERED) judged.clear();
    if (text.length <= REMEMBERED_CHARACTERS) judged.set(text, fresh);
    return fresh;
  }

  function accept(line: number, request: LineRequest): void {
    const { asked, warnings: said } = judge(request);
    images.add(line, request.imageId, asked);
    unlikeIds.add(line, request.imageId);
    warnings.count(said);
  }

  function refuse({ line, refusal: { imageId, detail, concernsFile } }: RefusedLine): void {
    rejected += 1;
    const shown = shortened(detail);
    if (first.length < SHOWN_REJECTIONS) {
      first.push({ line, ...(imageId !== undefined && { image_id: imageId }), detail: shown });
    }
    if (concernsFile && problems.length < SHOWN_PROBLEMS) problems.push(shown);
  }

  return {
    take(portion) {
      for (const warning of portion.warnings ?? []) warnings.note(warning);
      const refused: RefusedLine[] = [];
      for (const line of portion.lines) {
        if ('isBlank' in line) continue;
        total += 1;
        if ('request' in line) accept(line.line, line.request);
        else refused.push({ line: line.line, refusal: line.refusal });
      }
      for (const each of refused) refuse(each);
      return refused;
    },
    get total() {
      return total;
    },
    get rejected() {
      return rejected;
    },
    first,
    problems,
    images,
    unlikeIds,
    warnings,
  };
}

function shortened(detail: string): string {
  return detail.length <= SHOWN_CHARACTERS ? detail : `${detail.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
