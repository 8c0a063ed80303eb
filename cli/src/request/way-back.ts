import type { Preferences, RequestItem } from '../../../client/src/contract.ts';
import { type Change, type HistoryEntry, historyOf } from '../../../client/src/settings-history.ts';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';

/** How an image goes back to the settings before its last request. */
export interface WayBack {
  readonly image_id: string;
  /** The last request that reached Autoenhance, and is undone. */
  readonly undoes: string;
  /** The one before, whose settings are the image's again. */
  readonly back_to: string;
  readonly preferences: Preferences;
  readonly changes: readonly Change[];
  /** Preferences that were set by the last request and by none before: they stay. */
  readonly unknown: readonly string[];
  /** Requests that have not reached Autoenhance yet, and do so before this one. */
  readonly under_way: readonly string[];
}

/** Requests of one image that are looked at. */
const PAGE = 100;
/** Of which so many are read as a whole: records show what older ones have set. */
const MOST_READ = 20;

/** @throws CommandError when there is nothing to go back to; ReprocessError */
export async function findWayBack(context: Context, id: string): Promise<{ wayBack: WayBack; undone: RequestItem }> {
  const { requests, underWay } = await readRequests(context, id);
  const [last, before] = historyOf(requests);
  if (last === undefined || before === undefined) throw nothing(id, 'no two requests for it have reached Autoenhance');
  const { wayBack: preferences, unknown } = before;
  if (preferences === undefined) throw nothing(id, unchanged(last, unknown));
  const changes = Object.entries(preferences).map(([name, after]) => ({ name, before: last.settings[name], after }));
  const wayBack = {
    image_id: id,
    undoes: last.request.request_id,
    back_to: before.request.request_id,
    preferences,
    changes,
    unknown,
    under_way: underWay,
  };
  return { wayBack, undone: last.request };
}

/** Those that reached Autoenhance, newest first: the others changed nothing. */
async function readRequests({ client, signal }: Context, id: string) {
  const { requests } = client();
  for await (const { items } of requests.ofImage(id, { limit: PAGE, signal }).pages()) {
    const reached = items.filter(({ state }) => state === 'succeeded').slice(0, MOST_READ);
    const underWay = items.filter(({ life }) => life === 'queued' || life === 'waiting');
    return {
      requests: await Promise.all(reached.map(({ request_id }) => requests.get(request_id, { signal }))),
      underWay: underWay.map(({ request_id }) => request_id),
    };
  }
  return { requests: [], underWay: [] };
}

function nothing(id: string, reason: string): CommandError {
  return new CommandError('nothing_to_revert', EXIT.failed, `nothing of ${id} can be taken back: ${reason}`);
}

function unchanged({ request }: HistoryEntry, unknown: readonly string[]): string {
  if (unknown.length === 0) return `its last request (${request.request_id}) changed nothing`;
  return `no request before its last one (${request.request_id}) says what ${unknown.join(', ')} was: send what you want with reprocess submit`;
}
