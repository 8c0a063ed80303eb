import { isoTime } from '../../../../functions/core/outcome/encode-result.ts';
import { unlessStopped, usageError } from '../../command-error.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { allow } from '../../terminal/allow.ts';
import { linesOf } from '../../terminal/output.ts';
import { placeOf } from '../place.ts';
import { type Connection, connect } from './connect.ts';
import { summaryOf } from './summary.ts';
import type { Survey } from './survey.ts';

interface ReconcileOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const STOPPED = 'stopped before anything was handed in: run the same command again';
/** Uploads that are named unless all are asked for. */
const SHOWN = 20;

/** `reconcile` */
export async function run(context: Context, options: ReconcileOptions): Promise<ExitCode> {
  if (options.dryRun && options.yes) {
    throw usageError('--dry-run hands in nothing, so there is nothing to confirm by --yes');
  }
  const connection = await unlessStopped(context.signal, STOPPED, connect(placeOf(context.options), context.signal));
  return reconcile(context, options, connection).finally(connection.close);
}

async function reconcile(context: Context, options: ReconcileOptions, connection: Connection): Promise<ExitCode> {
  const { output, signal } = context;
  const found = await unlessStopped(signal, STOPPED, connection.survey());
  const { missed } = found;
  if (options.dryRun) {
    output.data(encoded(connection.bucket, found), () =>
      linesOf(summaryOf(connection.bucket, found, missed.length), output.out),
    );
    return EXIT.finished;
  }
  output.say(summaryOf(connection.bucket, found, SHOWN));
  if (missed.length > 0) {
    await allow(context, options, `Hand in ${missed.length}?`, { nothing: 'nothing was handed in' });
    await connection.handIn(missed);
  }
  output.data({ handed_in: missed.length }, () => `handed in ${missed.length}`);
  return EXIT.finished;
}

function encoded(bucket: string, { missed, dealtWith, withoutId, tooOld }: Survey) {
  const uploads = missed.map(({ key, version, uploadedAt }) => ({ key, version, uploaded_at: isoTime(uploadedAt) }));
  return {
    bucket,
    dealt_with: dealtWith,
    without_id: withoutId,
    too_old: tooOld,
    not_dealt_with: missed.length,
    uploads,
  };
}
