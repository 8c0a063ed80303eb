import { isoTime } from '../../outcome/encode-result.ts';
import type { Limits } from '../../ports.ts';
import type { Batch, BatchCheck, Rejection } from '../batch.ts';
import type { FileRuns, UploadStore } from '../ports.ts';
import { formatOf } from '../reading/file-names.ts';
import { fileIdOf, type Upload } from '../upload.ts';
import type { Pace } from '../viewing/pace.ts';

export interface ReportFacts {
  readonly upload: Upload;
  readonly runs: FileRuns;
  readonly check: BatchCheck;
  /** Lines that hold a request. */
  readonly accepted: number;
  /** The first of the lines that hold none. */
  readonly rejections?: readonly Rejection[];
  /** The batch of the same content, of which nothing is sent again. */
  readonly repeated?: Batch | undefined;
  /** How long it takes. */
  readonly pace?: Pick<Pace, 'sentence'> | undefined;
  /** Epoch ms. */
  readonly finishedAt: number;
}

/** S3's longest key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** The keys of a file's report and of its list of rejected lines. A key that would be too long is cut, and told apart by a hash. */
export function reportKeys(upload: Upload): { readonly report: string; readonly rejected: string } {
  const stem = `${folderOf(upload)}/${upload.version}`;
  return { report: `${stem}.json`, rejected: `${stem}-rejected.ndjson` };
}

function folderOf(upload: Upload): string {
  const { key, version } = upload;
  const room = MAX_KEY_BYTES - Buffer.byteLength(`reports//${version}-rejected.ndjson`);
  return `reports/${Buffer.byteLength(key) <= room ? key : shortened(key, room, fileIdOf(upload))}`;
}

/** The key of a batch's results file. */
export function resultsKey(upload: Upload): string {
  const format = formatOf(upload.key);
  const isCsv = 'name' in format && format.name === 'csv';
  return `${folderOf(upload)}/${upload.version}-results.${isCsv ? 'csv' : 'ndjson'}`;
}

function shortened(key: string, room: number, fileId: string): string {
  const mark = `~${fileId.slice(-16)}`;
  const bytes = Buffer.from(key).subarray(0, room - mark.length);
  return `${new TextDecoder().decode(bytes, { stream: true })}${mark}`;
}

export function encodeReport(facts: ReportFacts): string {
  const { upload, runs, check, finishedAt, rejections = [], repeated, pace } = facts;
  const accepted = repeated === undefined && check.refusal === undefined ? facts.accepted : 0;
  const report = {
    bucket: upload.bucket,
    file: upload.key,
    version: upload.version,
    lines: check.total,
    accepted,
    rejected: check.rejected,
    started_at: isoTime(runs.startedAt),
    finished_at: isoTime(finishedAt),
    duration_ms: finishedAt - runs.startedAt,
    runs: runs.runs,
    pace: accepted === 0 ? undefined : pace?.sentence,
    problems: problemsOf(check),
    warnings: repeated === undefined ? check.warnings : [repetitionOf(repeated), ...check.warnings],
    rejections,
    rejections_file: check.rejectedKey,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** That every line is refused is told by the lines. */
function problemsOf({ refusal, problems, rejected, total }: BatchCheck): readonly string[] {
  const isTold = refusal === undefined || problems.includes(refusal) || (total > 0 && rejected === total);
  return isTold ? problems : [refusal, ...problems];
}

/** Why nothing is sent of a file whose batch is there already. */
function repetitionOf({ batchId, file, createdAt }: Batch): string {
  if (file.version === undefined) {
    return `batch ${batchId} was cancelled before its file was checked: nothing of the file is sent`;
  }
  const first = `version ${file.version} of ${isoTime(createdAt)}, batch ${batchId}`;
  return `the file is unchanged since ${first}: nothing is sent again; to have its images processed once more, put it under another name`;
}

/** Writes a file's report beside it. @throws DependencyUnavailable */
export async function writeReport(
  store: Pick<UploadStore, 'write'>,
  facts: ReportFacts,
  limits: Limits,
): Promise<void> {
  const { upload } = facts;
  await store.write(upload.bucket, reportKeys(upload).report, once(encodeReport(facts)), limits);
}

/** A text as one piece. */
async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
