import type { PauseStore, Probe, StoredPause } from '../../../core/budget/ports.ts';
import type { Clock, Limits } from '../../../core/ports.ts';
import { type Change, createGetItem, createUpdateItem, type ItemParts } from '../items.ts';
import { type Item, number, numberOf, string } from '../ledger-item.ts';

export interface PauseStoreParts extends ItemParts {
  readonly clock: Pick<Clock, 'now'>;
}

const ID = 'pause';
const PROBE = 'probe_id, probe_image, probe_until, probe_sent';

/** The account's pause: the item `pause`, which never expires. */
export function createPauseStore(parts: PauseStoreParts): PauseStore {
  const { clock } = parts;
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);

  /** Whether the condition held. */
  const change = async (update: Change, limits: Limits): Promise<boolean> =>
    (await updateItem({ Key: { id: string(ID) }, ...update }, limits)) !== undefined;

  const read = async (limits: Limits): Promise<StoredPause> => itemToPause((await getItem(ID, limits)) ?? {});

  async function claimProbe({ id, imageId, until }: Omit<Probe, 'isSent'>, pausedUntil: number, limits: Limits) {
    const update: Change = {
      UpdateExpression: 'SET probe_id = :id, probe_image = :image, probe_until = :until',
      ConditionExpression:
        'paused_until = :paused_until AND (attribute_not_exists(probe_id) OR (probe_until <= :now AND attribute_not_exists(probe_sent)))',
      ExpressionAttributeValues: {
        ':id': string(id),
        ':image': string(imageId),
        ':until': number(until),
        ':paused_until': number(pausedUntil),
        ':now': number(clock.now()),
      },
    };
    if (await change(update, limits)) return true;
    // The SDK may have sent again what was carried out.
    return (await read(limits)).probe?.id === id;
  }

  return {
    read,
    async setPerson(pause, limits) {
      const values = { ':person': string(JSON.stringify(pause)) };
      await change({ UpdateExpression: 'SET person = :person', ExpressionAttributeValues: values }, limits);
    },
    async resume(limits) {
      const update = `SET ended_at = :now REMOVE person, paused_since, paused_until, detail, ${PROBE}`;
      await change({ UpdateExpression: update, ExpressionAttributeValues: { ':now': number(clock.now()) } }, limits);
    },
    pauseFor: ({ detail, calledAt, until }, limits) =>
      change(
        {
          UpdateExpression: `SET paused_since = :now, paused_until = :until, detail = :detail REMOVE ${PROBE}`,
          ConditionExpression:
            '(attribute_not_exists(paused_until) OR paused_until < :until) AND (attribute_not_exists(ended_at) OR ended_at < :called_at)',
          ExpressionAttributeValues: {
            ':now': number(clock.now()),
            ':until': number(until),
            ':detail': string(detail),
            ':called_at': number(calledAt),
          },
        },
        limits,
      ),
    claimProbe,
    async probeSent(id, until, limits) {
      const values = { ':id': string(id), ':until': number(until), ':true': { BOOL: true } };
      const update = 'SET probe_sent = :true, probe_until = :until';
      await change(
        { UpdateExpression: update, ConditionExpression: 'probe_id = :id', ExpressionAttributeValues: values },
        limits,
      );
    },
    async releaseProbe(id, limits) {
      const condition = 'probe_id = :id AND attribute_not_exists(probe_sent)';
      const values = { ':id': string(id) };
      await change(
        { UpdateExpression: `REMOVE ${PROBE}`, ConditionExpression: condition, ExpressionAttributeValues: values },
        limits,
      );
    },
    endProbe: (imageId, limits) =>
      change(
        {
          UpdateExpression: `SET ended_at = :now REMOVE paused_since, paused_until, detail, ${PROBE}`,
          ConditionExpression: 'probe_image = :image',
          ExpressionAttributeValues: { ':now': number(clock.now()), ':image': string(imageId) },
        },
        limits,
      ),
  };
}

function itemToPause(item: Item): StoredPause {
  const until = numberOf(item, 'paused_until');
  const evidence = until !== undefined && {
    detail: item.detail?.S ?? '',
    since: numberOf(item, 'paused_since') ?? 0,
    until,
  };
  const probe = item.probe_id?.S !== undefined && {
    id: item.probe_id.S,
    imageId: item.probe_image?.S ?? '',
    until: numberOf(item, 'probe_until') ?? 0,
    isSent: item.probe_sent?.BOOL === true,
  };
  return {
    ...(item.person?.S !== undefined && { person: JSON.parse(item.person.S) }),
    ...(evidence && { evidence }),
    ...(probe && { probe }),
  };
}
