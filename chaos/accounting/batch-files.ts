import type { FactOf } from '../facts.ts';
import type { BatchPlan } from '../scenario/batches.ts';
import { NAMES } from '../stage.ts';
import type { CaseFile } from './case-file.ts';
import { lineId } from './request-ids.ts';

/** A batch that the service has made, and what it was to be. */
export interface MadeBatch {
  readonly batchId: string;
  readonly at: number;
  readonly key: string;
  readonly version: string;
  /** Undefined for one that sends the failed lines of another again. */
  readonly plan: BatchPlan | undefined;
}

/** All batches that were made, in order. */
export function madeBatches(file: CaseFile): readonly MadeBatch[] {
  const checked = new Map(file.of('batch_checked').map((fact) => [fact.batchId, fact]));
  return file.of('batch_made').map(({ batchId, at, key, version }) => {
    const plan = file.scenario.batches.find(({ name }) => key.endsWith(`/${name}`));
    return { batchId, at, key, version: checked.get(batchId)?.version ?? version, plan };
  });
}

/** The versions of a plan's file. */
export function versionsOf({ name }: BatchPlan, file: CaseFile): readonly FactOf<'object_put'>[] {
  return file.of('object_put').filter(({ key }) => key.startsWith('requests/') && key.endsWith(`/${name}`));
}

/** Whether a batch was cancelled, and never checked. */
export function isCancelledUnchecked(batchId: string, file: CaseFile): boolean {
  const isCancelled = file
    .of('batch_controlled')
    .some((fact) => fact.batchId === batchId && fact.control === 'cancelled');
  return isCancelled && !file.of('batch_checked').some((fact) => fact.batchId === batchId);
}

/**
 * The outcomes of lines that are no requests. Of a file that was put into the bucket, or to a URL, each of them is told, once,
 * whatever its versions; of a batch over HTTP none, unless the upload function had to finish what the API could not.
 */
export function expectedRefusals(file: CaseFile) {
  const allowed = new Set<string>();
  const wanted: { readonly text: string; readonly oneOf: readonly string[] }[] = [];
  const cancelled = new Set(
    madeBatches(file).flatMap(({ plan, batchId }) => (isCancelledUnchecked(batchId, file) ? [plan] : [])),
  );
  for (const plan of file.scenario.batches) {
    const versions = versionsOf(plan, file);
    const isWholly = plan.lines.every(({ isRequest }) => !isRequest);
    for (const { line, isRequest } of plan.lines) {
      if (isRequest) continue;
      const oneOf = versions.map(({ key, version }) => `${lineId(NAMES.uploads, key, version, line)}.failed`);
      for (const id of oneOf) allowed.add(id);
      // A file of which nothing can be sent is told of each time.
      const isPut = plan.way === 'file' || (plan.upload !== undefined && versions.length > 0);
      if (isPut && !isWholly && !cancelled.has(plan)) wanted.push({ text: `line ${line} of ${plan.ref}`, oneOf });
    }
  }
  return { allowed, wanted };
}
