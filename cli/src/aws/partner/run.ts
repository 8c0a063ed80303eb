import { randomBytes } from 'node:crypto';
import { secretName } from '../../../../infra/names.ts';
import { secretsManagerOf } from '../place.ts';
import { type PartnerOrder, parsePartnerOrder } from './arguments.ts';
import { changeSecret, readCurrent } from './change-secret.ts';
import {
  addKey,
  changeSettings,
  type KeyRing,
  listPartners,
  parseKeyRing,
  removeKey,
  removePartner,
} from './key-ring.ts';

/** The key goes to stdout and nowhere else; everything said about it goes to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  await carryOut(parsePartnerOrder(args, Date.now()));
  return 0;
}

async function carryOut(order: PartnerOrder): Promise<void> {
  const { stage } = order.place;
  const secretId = secretName(stage, 'partner-keys');
  const client = secretsManagerOf(order.place);
  const change = (to: (ring: KeyRing) => KeyRing) =>
    changeSecret(client, secretId, (text) => JSON.stringify(to(parseKeyRing(text))));

  switch (order.action) {
    case 'add': {
      // 256 bits of chance: a hash does not guard a key that could be guessed.
      const key = randomBytes(32).toString('hex');
      let whose = order.name;
      await change((ring) => {
        const changed = addKey(ring, order.name, key, order.newKey);
        if (changed[order.name]?.role === 'operator') whose = `the operator ${order.name}`;
        return changed;
      });
      console.error(`A key for ${whose} on ${stage}, shown this once; it works within a minute:`);
      console.log(key);
      return;
    }
    case 'set': {
      await change((ring) => changeSettings(ring, order.name, order.settings));
      console.error(`Changed ${order.name} on ${stage}: it holds within a minute.`);
      return;
    }
    case 'remove': {
      const { name, key } = order;
      await change((ring) => (key === undefined ? removePartner(ring, name) : removeKey(ring, name, key)));
      const what = key === undefined ? name : `the key ${key} of ${name}`;
      console.error(`Removed ${what} from ${stage}: it is refused within a minute.`);
      return;
    }
    case 'list': {
      const lines = listPartners(parseKeyRing((await readCurrent(client, secretId)).text), Date.now());
      console.log(lines.length === 0 ? `Nobody may call the HTTP API of ${stage}.` : lines.join('\n'));
    }
  }
}
