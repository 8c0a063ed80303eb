import { escapeInvisible } from '../../invisible.ts';
import type { Clock, Limits, Logger, Metrics } from '../../ports.ts';
import { shown } from '../../request/preferences.ts';
import { unreadCheck } from '../batch.ts';
import type { UploadStore } from '../ports.ts';
import { loggedUpload, type Upload } from '../upload.ts';
import { writeReport } from './report.ts';

export interface ReportMisplacedParts {
  readonly store: Pick<UploadStore, 'write'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Says of an object that starts nothing where it should have been put. @param meant the key that it should have */
export type ReportMisplaced = (upload: Upload, meant: string, limits: Limits) => Promise<void>;

export function createReportMisplaced({ store, clock, log, metrics }: ReportMisplacedParts): ReportMisplaced {
  return async (upload, meant, limits) => {
    const rule = 'the key of an upload must begin with requests/ or images/, to the letter';
    const problem = `${rule}, got ${shown(upload.key)}: put it again as ${escapeInvisible(meant)}`;
    const now = clock.now();
    const facts = { upload, check: unreadCheck(problem), accepted: 0, runs: { startedAt: now, runs: 1 } };
    await writeReport(store, { ...facts, finishedAt: now }, limits);
    log.warn('the object starts nothing where it is', { ...loggedUpload(upload), error: problem });
    metrics.count('UnreadUploads');
  };
}
