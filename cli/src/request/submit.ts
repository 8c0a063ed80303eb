import { randomUUID } from 'node:crypto';
import type { RequestItem } from '../../../client/src/contract.ts';
import { allow } from '../batch/create.ts';
import { hasTimedOut } from '../batch/watch-for-days.ts';
import { isStop, stopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { millisecondsOf } from '../input/duration.ts';
import { parseSettings, preferencesOf } from '../input/preferences.ts';
import { counted } from '../terminal/numbers.ts';
import { eachOf } from './each.ts';

interface SubmitOptions {
  readonly set?: readonly string[];
  readonly wait?: boolean;
  readonly timeout: string;
  readonly yes?: boolean;
}

/** More than one is asked about. */
const UNASKED = 1;

/** `submit` */
export async function run(context: Context, options: SubmitOptions, ids: readonly string[]): Promise<ExitCode> {
  const preferences = preferencesOf(parseSettings(options.set));
  const timeoutMs = millisecondsOf(options.timeout);
  if (ids.length > UNASKED) await allow(context, options, `Send ${counted(ids.length, 'request')}?`);
  const { output, signal } = context;
  const client = context.client();
  const isDone = await eachOf(context, ids, async (id) => {
    const idempotencyKey = randomUUID();
    const sent = await stoppable(
      client.reprocess(id, preferences, { idempotencyKey, wait: options.wait ? 0 : 10, signal }),
      id,
    );
    for (const warning of sent.warnings) output.say(`warning: ${warning}`);
    if (!options.wait) {
      output.data(
        { image_id: id, request_id: sent.requestId, state: sent.state },
        () => `${id}  ${sent.state}  ${sent.requestId}`,
      );
      return true;
    }
    output.status(() => `waiting for ${id}`);
    const request = await waitFor(context, sent.requestId, timeoutMs);
    output.status(undefined);
    output.data(request, () => `${id}  ${request.life}  ${request.request_id}${whyOf(request)}`);
    return request.life === 'finished';
  });
  return isDone ? EXIT.finished : EXIT.failed;
}

async function stoppable<Result>(work: Promise<Result>, id: string): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isStop(error)) throw error;
    throw stopped(`stopped while ${id} was sent: see whether it was:\n  reprocess image ${id}`);
  }
}

async function waitFor(
  { client, signal }: Context,
  requestId: string,
  timeoutMs: number | undefined,
): Promise<RequestItem> {
  try {
    return await client().requests.waitFor(requestId, { timeoutMs, signal });
  } catch (error) {
    if (!isStop(error) && !hasTimedOut(error)) throw error;
    throw stopped(`the request goes on; look again:\n  reprocess request show ${requestId}`);
  }
}

function whyOf(request: RequestItem): string {
  const { error, completion } = request as { error?: { detail: string }; completion?: { status_reason?: string } };
  const why = error?.detail ?? (request.life === 'failed' ? completion?.status_reason : undefined);
  return why === undefined ? '' : `  ${why}`;
}
