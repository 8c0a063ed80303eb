import { hasFailed } from './outcome-row.ts';
import type { OutcomeEvent } from './outcomes.ts';
import type { Row } from './terminal/row.ts';

/** The part of a file's report that is needed for counting. */
export interface FileReport {
  readonly file: string;
  readonly lines: number;
  /** ISO 8601. */
  readonly started_at: string;
  /** What is wrong with the file as a whole. Such a file has one outcome. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** A row with a file's progress. */
export interface Milestone {
  readonly row: Row;
  /** Every outcome of the file has arrived. */
  readonly isEnd: boolean;
}

/** Counts the events in the results queue, in total and for each file in progress. */
export interface Tally {
  /** A file was uploaded to the bucket. */
  uploaded(file: string): void;
  /** @returns the rows to print */
  report(report: FileReport): readonly Milestone[];
  outcome(event: OutcomeEvent): readonly Milestone[];
  /** The progress of the current file; without one, the totals. Empty before the first event. */
  status(): string;
  totals(): string;
}

interface FileCount {
  /** A name may be uploaded again while its first version is in progress. */
  uploads: number;
  reports: number;
  expected: number;
  done: number;
  failed: number;
}

/** How many outcomes of a file there are between two lines about it. */
const STEP = 1000;

/** @param startedAt epoch ms. A file of an earlier run is counted without a total, because this run sees only a part of it. */
export function createTally(startedAt: number): Tally {
  const files = new Map<string, FileCount>();
  const requests = { done: 0, failed: 0 };
  const images = { done: 0, failed: 0 };

  function fileNamed(file: string): FileCount {
    const count = files.get(file) ?? { uploads: 0, reports: 0, expected: 0, done: 0, failed: 0 };
    files.set(file, count);
    return count;
  }

  function ended(file: string, count: FileCount): readonly Milestone[] {
    return isTotalKnown(count) && count.done >= count.expected ? end(file, count) : [];
  }

  /** A batch over HTTP was not uploaded, so no report says how many outcomes there are: this event is its last. */
  function batchEnded(file: string): readonly Milestone[] {
    const count = files.get(file);
    return count === undefined || count.uploads > 0 ? [] : end(file, count);
  }

  function end(file: string, count: FileCount): readonly Milestone[] {
    files.delete(file);
    return [{ row: rowOf(file, counted(count)), isEnd: true }];
  }

  return {
    uploaded(file) {
      fileNamed(file).uploads += 1;
    },
    report({ file, lines, started_at: began, problems, warnings }) {
      if (Date.parse(began) < startedAt) return [];
      const count = fileNamed(file);
      const expected = Math.max(lines, problems.length > 0 ? 1 : 0);
      count.reports += 1;
      count.expected += expected;
      if (expected > 0 || count.done < count.expected) return ended(file, count);
      files.delete(file);
      return [{ row: rowOf(file, warnings.join('; ')), isEnd: true }];
    },
    outcome(event) {
      if (event.type === 'batch.finished') return batchEnded(event.data.file ?? '');
      const kind = event.type.split('.')[0];
      const total = kind === 'reprocess' ? requests : kind === 'image' ? images : undefined;
      if (total !== undefined) addTo(total, event);
      const file = requestFile(event);
      if (kind !== 'reprocess' || file === undefined) return [];
      const count = fileNamed(file);
      addTo(count, event);
      const last = ended(file, count);
      if (last.length > 0 || count.done % STEP !== 0) return last;
      return [{ row: rowOf(file, counted(count)), isEnd: false }];
    },
    status() {
      const [first, ...more] = files;
      if (first === undefined) return requests.done + images.done === 0 ? '' : `  ${totals()}`;
      const others = more.length === 0 ? '' : ` (and ${more.length} more ${more.length === 1 ? 'file' : 'files'})`;
      return `  ${first[0]}  ${counted(first[1])}${others}`;
    },
    totals,
  };

  function totals(): string {
    const parts = [
      `${number(requests.done)} ${requests.done === 1 ? 'request' : 'requests'}${failures(requests.failed)}`,
      ...(images.done === 0
        ? []
        : [`${number(images.done)} ${images.done === 1 ? 'image' : 'images'} finished${failures(images.failed)}`]),
    ];
    return parts.join(', ');
  }
}

/** Whether an event of a request file is only counted, not printed. */
export function isCountedOnly(event: OutcomeEvent): boolean {
  return requestFile(event) !== undefined && !hasFailed(event) && event.data.confirmed !== false;
}

/** The request file of a request. */
function requestFile({ data: { request } }: OutcomeEvent): string | undefined {
  return request?.file?.startsWith('requests/') ? request.file : undefined;
}

function addTo(count: { done: number; failed: number }, event: OutcomeEvent): void {
  count.done += 1;
  if (hasFailed(event)) count.failed += 1;
}

function isTotalKnown({ reports, uploads }: FileCount): boolean {
  return reports > 0 && reports >= uploads;
}

function rowOf(file: string, text: string): Row {
  return { cells: [{ text: file, format: 'bold' }], text };
}

/** `1,240 of 3,000 · 3 failed` */
function counted(count: FileCount): string {
  const total = isTotalKnown(count) ? ` of ${number(count.expected)}` : '';
  return `${number(count.done)}${total}${failures(count.failed)}`;
}

function failures(failed: number): string {
  return failed === 0 ? '' : ` · ${number(failed)} failed`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
