import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { Callback, Target } from '../../../core/callback/callback.ts';
import type { CallbackStore } from '../../../core/callback/ports.ts';
import type { Clock, Limits } from '../../../core/ports.ts';
import { type Change, createUpdateItem, type ItemParts } from '../items.ts';
import { number, string } from '../ledger-item.ts';
import { ifConditionHolds } from '../outage.ts';
import { callbackKeyOf, createFindCallback, itemToCallback } from './find-callback.ts';

export interface CallbackStoreParts extends ItemParts {
  readonly clock: Pick<Clock, 'now'>;
}

const IS_SAME = 'updated_at = :updated_at';

/** Partners' callbacks: an item each with the key `callback:` and the partner's name, which never expires. */
export function createCallbackStore(parts: CallbackStoreParts): CallbackStore {
  const { send, table, clock } = parts;
  const updateItem = createUpdateItem(parts);

  /** The item after the change; undefined when the condition did not hold. */
  async function change(partner: string, update: Change, limits: Limits): Promise<Callback | undefined> {
    const item = await updateItem({ Key: keyOf(partner), ReturnValues: 'ALL_NEW', ...update }, limits);
    return item && itemToCallback(partner, item);
  }

  async function changeTarget(partner: string, { updatedAt }: Target, update: Change, limits: Limits): Promise<void> {
    const values = { ...update.ExpressionAttributeValues, ':updated_at': number(updatedAt) };
    await change(partner, { ConditionExpression: IS_SAME, ...update, ExpressionAttributeValues: values }, limits);
  }

  return {
    find: createFindCallback(parts),
    async begin(partner, secret, limits) {
      const update: Change = {
        UpdateExpression: 'SET secrets = if_not_exists(secrets, :secrets)',
        ExpressionAttributeValues: { ':secrets': string(JSON.stringify([secret])) },
      };
      return (await change(partner, update, limits)) ?? { partner, secrets: [secret] };
    },
    aim(partner, { url, events }, limits) {
      const update: Change = {
        UpdateExpression:
          'SET #url = :url, #events = :events, created_at = if_not_exists(created_at, :now), updated_at = :now REMOVE failing_since, paused',
        ConditionExpression: 'attribute_exists(secrets)',
        ExpressionAttributeNames: { '#url': 'url', '#events': 'events' },
        ExpressionAttributeValues: {
          ':url': string(url),
          ':events': string(JSON.stringify(events)),
          ':now': number(clock.now()),
        },
      };
      return change(partner, update, limits);
    },
    async replaceSecrets({ partner, secrets: old }, secrets, limits) {
      const update: Change = {
        UpdateExpression: 'SET secrets = :secrets',
        ConditionExpression: 'secrets = :old',
        ExpressionAttributeValues: {
          ':secrets': string(JSON.stringify(secrets)),
          ':old': string(JSON.stringify(old)),
        },
      };
      return (await change(partner, update, limits)) !== undefined;
    },
    async remove(partner, target, { signal }) {
      const command = new DeleteItemCommand({
        TableName: table,
        Key: keyOf(partner),
        ...(target && {
          ConditionExpression: IS_SAME,
          ExpressionAttributeValues: { ':updated_at': number(target.updatedAt) },
        }),
      });
      await ifConditionHolds(send(command, { abortSignal: signal }));
    },
    failing(partner, target, since, limits) {
      const update: Change = {
        UpdateExpression: 'SET failing_since = if_not_exists(failing_since, :since)',
        ExpressionAttributeValues: { ':since': number(since) },
      };
      return changeTarget(partner, target, update, limits);
    },
    pause(partner, target, pause, limits) {
      const update: Change = {
        UpdateExpression: 'SET paused = if_not_exists(paused, :pause)',
        ExpressionAttributeValues: { ':pause': string(JSON.stringify(pause)) },
      };
      return changeTarget(partner, target, update, limits);
    },
    working(partner, target, ends, limits) {
      const update: Change = { UpdateExpression: `REMOVE failing_since${ends === 'pause' ? ', paused' : ''}` };
      return changeTarget(partner, target, update, limits);
    },
  };
}

const keyOf = (partner: string) => ({ id: string(callbackKeyOf(partner)) });
