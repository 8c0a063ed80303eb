import { wrapJson } from './wrap-json.ts';

/** The demo's batch, from its file to its results. */
export interface BatchFacts {
  readonly key: string;
  readonly csv: string;
  /** Enhancements that the account may ask for in a "day". */
  readonly limit: number;
  /** What the check found: its key and content; undefined when none came. */
  readonly report: { readonly key: string; readonly content: UploadReport } | undefined;
  /** The finished batch; undefined when it did not finish. */
  readonly batch: BatchSummary | undefined;
  readonly results: string | undefined;
  /** Calls of each "day", oldest first; also those of the demo's other requests. */
  readonly calls: readonly number[];
}

export type UploadReport = Readonly<Record<string, unknown>> & {
  readonly accepted: number;
  readonly rejected: number;
};

/** What is used of a batch as the API shows it. */
export interface BatchSummary {
  readonly batch_id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** The report's other fields are long, or repeat what is printed already. */
const SHOWN_FIELDS = ['file', 'lines', 'accepted', 'rejected', 'pace', 'rejections'];
/** Columns of the results that are printed: the request's id and the times are long. */
const SHOWN_COLUMNS = ['Image ID', 'Enhance Type', 'Rating', 'state', 'code'];

/** The demo's output for the batch: its file, the check, how the limit paced it, and its results. */
export function batchText(facts: BatchFacts): string {
  const { key, csv, limit, report, batch, results, calls } = facts;
  const missing = missingFromBatch(facts);
  const [header = '', first = '', ...rows] = csv.trimEnd().split('\n');
  const shownCalls = calls.filter((count) => count > 0).join(', ');
  const sections = [
    section(`What went in: the file ${key}`, [header, first, `and ${rows.length} more rows`]),
    ...(report === undefined ? [] : [section('The check, before anything is sent', reportLines(report.content))]),
    section('How it went', [
      `calls in each "day" of ${limit}: ${shownCalls}`,
      ...(batch === undefined ? [] : wrapJson({ state: batch.state, counts: batch.counts })),
    ]),
    ...(results === undefined ? [] : [section('What came out: the results file', resultLines(results))]),
    missing.length === 0 ? 'Every image is finished.' : section('Missing', missing),
  ];
  return sections.join('\n\n');
}

/** What should have become of the batch and did not. */
export function missingFromBatch({ csv, limit, report, batch, results, calls }: BatchFacts): readonly string[] {
  const lines = csv.trimEnd().split('\n').length - 1;
  const { finished = 0, rejected = 0 } = batch?.counts ?? {};
  const most = Math.max(...calls);
  const rows = results?.trimEnd().split('\n').length ?? 0;
  return [
    ...(report?.content.accepted === lines - 1 && report.content.rejected === 1
      ? []
      : [`the check must say ${lines - 1} accepted and 1 rejected, got ${report?.content.accepted ?? 'no report'}`]),
    ...(finished === lines - 1 && rejected === 1
      ? []
      : [`${lines - 1} images must be finished and 1 line rejected, got ${finished} and ${rejected}`]),
    ...(most <= limit ? [] : [`no "day" may have more than ${limit} calls, got ${most}`]),
    ...(rows === lines + 1 ? [] : [`the results must have a header and ${lines} rows, got ${rows} lines`]),
  ];
}

function resultLines(results: string): readonly string[] {
  const [header = [], ...rows] = results
    .trimEnd()
    .split(/\r?\n/)
    .map((row) => row.split(';'));
  const shown = SHOWN_COLUMNS.map((name) => header.indexOf(name));
  return [header, ...rows].map((cells) =>
    shown
      .map((index) => (cells[index] ?? '').padEnd(14))
      .join('')
      .trimEnd(),
  );
}

function reportLines(report: UploadReport): readonly string[] {
  return SHOWN_FIELDS.flatMap((name) =>
    wrapJson(report[name]).map((line, index) => `${(index === 0 ? name : '').padEnd(12)}${line}`),
  );
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
