import { failureIn, type OutcomeEvent } from './outcomes.ts';
import { wrapJson } from './wrap-json.ts';

/** The demo's file and its results. */
export interface UploadFacts {
  readonly key: string;
  readonly csv: string;
  readonly resultsQueue: string;
  readonly events: readonly OutcomeEvent[];
  /** The report's key and content; undefined when none came. */
  readonly report: { readonly key: string; readonly content: UploadReport } | undefined;
}

export type UploadReport = Readonly<Record<string, unknown>> & {
  readonly lines: number;
  readonly accepted: number;
  readonly rejected: number;
};

/** The report's other fields are long, or repeat what is printed already. */
const SHOWN_FIELDS = ['file', 'lines', 'accepted', 'rejected', 'runs', 'problems', 'warnings', 'rejections'];

/** The demo's output for the file: its lines, an outcome for each, and its report. */
export function uploadText(facts: UploadFacts): string {
  const { key, csv, events, report, resultsQueue } = facts;
  const missing = missingFromUpload(facts);
  const sections = [
    section(`What went in: the file ${key}`, csv.trimEnd().split('\n')),
    section(`What came out: on the queue ${resultsQueue}`, events.map(eventLine).toSorted()),
    ...(report === undefined ? [] : [section(`The report: ${report.key}`, reportLines(report.content))]),
    missing.length === 0 ? 'Every line has its outcome.' : section('Missing', missing),
  ];
  return sections.join('\n\n');
}

/** What should have resulted from the file and did not. */
export function missingFromUpload({ csv, events, report }: UploadFacts): readonly string[] {
  const lines = csv.trimEnd().split('\n').length - 1;
  const ofType = (type: string) => events.filter((event) => event.type === type).length;
  return [
    ...(events.length === lines ? [] : [`there must be ${lines} outcomes, one for each line, got ${events.length}`]),
    ...(ofType('reprocess.failed') === 1 ? [] : [`one line must fail, got ${ofType('reprocess.failed')}`]),
    ...(report?.content.accepted === lines - 1 && report.content.rejected === 1
      ? []
      : [`the report must say ${lines - 1} accepted and 1 rejected, got ${report?.content.accepted ?? 'no report'}`]),
  ];
}

function eventLine(event: OutcomeEvent): string {
  const failure = failureIn(event);
  const why = failure === undefined ? '' : `  ${failure.detail}`;
  return `line ${lineOf(event)}  ${event.type.padEnd(19)}  ${event.subject}${why}`;
}

function lineOf({ data: { request } }: OutcomeEvent): number {
  return request?.line ?? 0;
}

function reportLines(report: UploadReport): readonly string[] {
  return SHOWN_FIELDS.flatMap((name) =>
    wrapJson(report[name]).map((line, index) => `${(index === 0 ? name : '').padEnd(12)}${line}`),
  );
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
