import { randomBytes } from 'node:crypto';
import { secretName } from '../../../../infra/names.ts';
import type { Verb } from '../../commands/verb.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-code.ts';
import { showList } from '../../terminal/show-list.ts';
import { type Place, placeOf, secretsManagerOf } from '../place.ts';
import { changeSecret, readCurrent } from './change-secret.ts';
import {
  addKey,
  changeSettings,
  type KeyRing,
  type PartnerSettings,
  parseKeyRing,
  removeKey,
  removePartner,
} from './key-ring.ts';
import { type AnswerOptions, type LimitOptions, parseAnswer, parseEnd, parseHash, parseLimits } from './options.ts';
import { partnerColumns, partnersIn } from './partner-list.ts';

interface AddOptions {
  readonly operator?: boolean;
  readonly expiresOld?: string;
}

/** `partner add`. The key goes to stdout and nowhere else. */
export const add: Verb = {
  async run({ options, output, now }: Context, { operator, expiresOld }: AddOptions, name: string) {
    const place = placeOf(options);
    const end = expiresOld === undefined ? undefined : parseEnd(expiresOld, now());
    // 256 bits of chance: a hash does not guard a key that could be guessed.
    const key = randomBytes(32).toString('hex');
    let role: string | undefined;
    await change(place, (ring) => {
      const changed = addKey(ring, name, key, { expiresOld: end, isOperator: operator === true });
      role = changed[name]?.role;
      return changed;
    });
    const whose = role === undefined ? name : `the ${role} ${name}`;
    output.say(`A key for ${whose} on ${place.stage}, shown this once; it works within a minute:`);
    output.data({ partner: name, key }, () => key);
    return EXIT.finished;
  },
};

/** `partner set` */
export const set: Verb = {
  run: (context: Context, options: AnswerOptions, name: string) => changeTo(context, name, parseAnswer(options)),
};

/** `partner limit` */
export const limit: Verb = {
  run: (context: Context, options: LimitOptions, name: string) => changeTo(context, name, parseLimits(options)),
};

async function changeTo({ options, output }: Context, name: string, settings: PartnerSettings) {
  const place = placeOf(options);
  await change(place, (ring) => changeSettings(ring, name, settings));
  output.data({ partner: name, ...settings }, () => `Changed ${name} on ${place.stage}: it holds within a minute.`);
  return EXIT.finished;
}

/** `partner remove` */
export const remove: Verb = {
  async run({ options, output }: Context, { key: given }: { readonly key?: string }, name: string) {
    const place = placeOf(options);
    const key = given === undefined ? undefined : parseHash(given);
    await change(place, (ring) => (key === undefined ? removePartner(ring, name) : removeKey(ring, name, key)));
    const what = key === undefined ? name : `the key ${key} of ${name}`;
    output.data(
      { partner: name, ...(key !== undefined && { key }), removed: true },
      () => `Removed ${what} from ${place.stage}: it is refused within a minute.`,
    );
    return EXIT.finished;
  },
};

/** `partner list` */
export const list: Verb = {
  async run(context: Context) {
    const place = placeOf(context.options);
    const ring = await readPartners(place);
    await showList(context, partnersIn(ring), partnerColumns(context.now()), Infinity);
    return EXIT.finished;
  },
};

/** Who may call a stage's HTTP API. */
export async function readPartners(place: Place): Promise<KeyRing> {
  return parseKeyRing((await readCurrent(secretsManagerOf(place), secretIdOf(place))).text);
}

const secretIdOf = ({ stage }: Place) => secretName(stage, 'partner-keys');

function change(place: Place, to: (ring: KeyRing) => KeyRing): Promise<void> {
  return changeSecret(secretsManagerOf(place), secretIdOf(place), (text) => JSON.stringify(to(parseKeyRing(text))));
}
