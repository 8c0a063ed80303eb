import { isoTime } from '../outcome/encode-result.ts';
import { formatOf } from './file-names.ts';
import type { Progress, Upload } from './upload.ts';
import { fileIdOf } from './upload.ts';

/** A line that was not taken. */
export interface Rejection {
  readonly line: number;
  readonly image_id?: string;
  readonly detail: string;
}

export interface ReportFacts {
  readonly upload: Upload;
  readonly progress: Progress;
  /** Epoch ms. */
  readonly finishedAt: number;
  /** What is wrong with the file as a whole. */
  readonly problems: readonly string[];
  /** The first of them. */
  readonly rejections: readonly Rejection[];
  /** Where all of them stand. */
  readonly rejectionsKey: string | undefined;
  /** Enhancements that the account may ask for in a day. */
  readonly dailyLimit: number;
}

/** S3's longest key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** The keys of a file's report and of its list of rejected lines. A key that would be too long is cut, and told apart by a hash. */
export function reportKeys(upload: Upload): { readonly report: string; readonly rejected: string } {
  const { version } = upload;
  const [report, rejected] = [`/${version}.json`, `/${version}-rejected.ndjson`];
  const folder = folderOf(upload);
  return { report: `${folder}${report}`, rejected: `${folder}${rejected}` };
}

function folderOf(upload: Upload): string {
  const { key, version } = upload;
  const room = MAX_KEY_BYTES - Buffer.byteLength(`reports//${version}-rejected.ndjson`);
  return `reports/${Buffer.byteLength(key) <= room ? key : shortened(key, room, fileIdOf(upload))}`;
}

/** The key of a batch's results file. */
export function resultsKey(upload: Upload): string {
  const { key, version } = upload;
  const format = formatOf(key);
  const name = `/${version}-results.${'name' in format && format.name === 'csv' ? 'csv' : 'ndjson'}`;
  return `${folderOf(upload)}${name}`;
}

function shortened(key: string, room: number, fileId: string): string {
  const mark = `~${fileId.slice(-16)}`;
  const bytes = Buffer.from(key).subarray(0, room - mark.length);
  return `${new TextDecoder().decode(bytes, { stream: true })}${mark}`;
}

export function encodeReport(facts: ReportFacts): string {
  const { upload, progress, finishedAt, problems, rejections, rejectionsKey } = facts;
  const { accepted, rejected, startedAt, runs } = progress;
  const report = {
    bucket: upload.bucket,
    file: upload.key,
    version: upload.version,
    lines: accepted + rejected,
    accepted,
    rejected,
    started_at: isoTime(startedAt),
    finished_at: isoTime(finishedAt),
    duration_ms: finishedAt - startedAt,
    runs,
    problems,
    warnings: warningsOf(facts),
    rejections,
    rejections_file: rejectionsKey,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function warningsOf({ progress, problems, dailyLimit }: ReportFacts): readonly string[] {
  const { accepted, rejected, warnings = [] } = progress;
  if (accepted + rejected === 0 && problems.length === 0) return [...warnings, 'the file holds no request'];
  if (accepted <= dailyLimit) return warnings;
  return [
    ...warnings,
    `the file asks for ${accepted} enhancements, and the account may ask for ${dailyLimit} a day: the endpoint takes them all, and those beyond the limit end in the image status error`,
  ];
}
