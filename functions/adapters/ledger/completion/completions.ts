import type { SentRequest } from '../../../core/completion/attribute-completion.ts';
import type { Completions } from '../../../core/completion/ports.ts';
import { createQueryByImage } from '../by-image.ts';
import { type Item, itemToSummary, number, optionalNumber, seconds, string } from '../ledger-item.ts';
import { createTable, type TableParts } from '../table.ts';
import { completionUpdate, endLookUpdate, lookSoonUpdate } from '../updates.ts';

const PAGE_ITEMS = 100;
/** Limits how far back a request that succeeded is searched for. */
const MAX_PAGES = 10;

/** Completions in DynamoDB: requests are found through the index, which may be a second behind. */
export function createCompletions(parts: TableParts): Completions {
  const { clock } = parts;
  const query = createQueryByImage(parts);
  const { find, apply, write, times } = createTable(parts);

  const sentOnly = () => ({
    FilterExpression: 'expires_at > :now_s AND (#state = :succeeded OR (#state <> :failed AND attempts > :zero))',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':now_s': seconds(clock.now()),
      ':succeeded': string('succeeded'),
      ':failed': string('failed'),
      ':zero': number(0),
    },
  });

  return {
    async sentRequests(imageId, limits) {
      const found: SentRequest[] = [];
      let start: Item | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page = { imageId, ...sentOnly(), Limit: PAGE_ITEMS, ExclusiveStartKey: start };
        const { items, next } = await query(page, limits);
        found.push(...items.map(toSentRequest));
        start = next;
        if (start === undefined || found.some(({ state }) => state === 'succeeded')) break;
      }
      return found;
    },

    async note(request, completion, limits) {
      const { requestId, state, batchId } = request;
      const noteIf = (isCounted: boolean) =>
        apply(completionUpdate(request, completion, times(batchId), isCounted), limits);
      const mayBeCounted = state === 'succeeded' && batchId !== undefined;
      const noted = (await noteIf(false)) ?? (mayBeCounted ? await noteIf(true) : undefined);
      return noted ?? find(requestId, limits);
    },

    // Also where the sweep was first: otherwise its find would count as missed by the webhook.
    async endLook(requestId, limits) {
      await write(endLookUpdate(requestId), limits);
    },

    async lookSoon(requestId, at, limits) {
      await write(lookSoonUpdate(requestId, at), limits);
    },
  };
}

function toSentRequest(item: Item): SentRequest {
  const { requestId, state, completedAt } = itemToSummary(item);
  return {
    requestId,
    state: state === 'succeeded' ? 'succeeded' : 'under_way',
    isCompleted: completedAt !== undefined,
    ...(item.batch_id?.S !== undefined && { batchId: item.batch_id.S }),
    ...optionalNumber(item, 'line', 'line'),
  };
}
