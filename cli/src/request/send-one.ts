import { randomUUID } from 'node:crypto';
import type { Preferences, RequestItem } from '../../../client/src/contract.ts';
import { hasTimedOut, isPastEnd } from '../batch/watch-for-days.ts';
import { CommandError, isStop, stopped, whenStopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import { reportOf } from '../error-report.ts';
import { EXIT } from '../exit-code.ts';
import { commandToCopy } from '../terminal/command-to-copy.ts';

export interface SendOptions {
  /** Until the image is finished. */
  readonly wait?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Has an image processed again, and shows what became of it. @returns whether it went well, as far as it was waited for */
export async function sendOne(
  context: Context,
  id: string,
  preferences: Preferences,
  { wait, timeoutMs }: SendOptions,
): Promise<boolean> {
  const { options, output, signal } = context;
  const idempotencyKey = randomUUID();
  const sent = await whenStopped(
    `stopped while ${id} was sent: see whether it was:\n${commandToCopy(options, `image ${id}`)}`,
    context.client().reprocess(id, preferences, { idempotencyKey, wait: wait ? 0 : 10, signal }),
  );
  for (const warning of sent.warnings) output.say(`warning: ${warning}`);
  if (!wait) {
    output.data(
      { image_id: id, request_id: sent.requestId, state: sent.state },
      () => `${id}  ${sent.state}  ${sent.requestId}`,
    );
    return true;
  }
  output.status(() => `waiting for ${id}`);
  const request = await waitFor(context, sent.requestId, timeoutMs).finally(() => output.status(undefined));
  output.data(request, () => `${id}  ${request.life}  ${request.request_id}${whyOf(request)}`);
  return request.life === 'finished';
}

async function waitFor(
  { client, options, signal, now }: Context,
  requestId: string,
  timeoutMs: number | undefined,
): Promise<RequestItem> {
  const end = now() + (timeoutMs ?? Infinity);
  try {
    return await client().requests.waitFor(requestId, { timeoutMs, signal });
  } catch (error) {
    const advice = `the request goes on; look again:\n${commandToCopy(options, `request show ${requestId}`)}`;
    const report = reportOf(error);
    const isAway = report?.exit === EXIT.notReached;
    if (isStop(error) || hasTimedOut(error) || (isAway && isPastEnd(end, now()))) throw stopped(advice);
    if (!isAway) throw error;
    throw new CommandError(report.code, report.exit, `${report.detail}\n${advice}`, error);
  }
}

function whyOf(request: RequestItem): string {
  const { error, completion } = request as { error?: { detail: string }; completion?: { status_reason?: string } };
  const why = error?.detail ?? (request.life === 'failed' ? completion?.status_reason : undefined);
  return why === undefined ? '' : `  ${why}`;
}
