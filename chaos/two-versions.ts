import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Transport, TransportFailed } from '../functions/adapters/autoenhance/http-request.ts';
import { type Entries, type Entry, realEntries } from './entries.ts';
import type { Chance } from './random.ts';

/** So many of 1 containers run the other version, as of a canary that is half through. */
const OTHERS_SHARE = 0.5;

/**
 * The functions of another version of the service, from a checkout of it with its own node_modules.
 * @param folder of the checkout
 */
export async function entriesOf(folder: string): Promise<Partial<Entries>> {
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
  const { realEntries: others } = (await load('chaos/entries.ts')) as { readonly realEntries: Partial<Entries> };
  const own = (await load(
    'functions/adapters/autoenhance/http-request.ts',
  )) as typeof import('../functions/adapters/autoenhance/http-request.ts');
  const translated = Object.entries(others).map(([name, entry]): [string, Entry] => [
    name,
    (runtime, transport, ...rest) => entry(runtime, inTermsOf(own.TransportFailed, transport), ...rest),
  ]);
  return Object.fromEntries(translated);
}

/** A transport whose errors are those of another version's code, which knows its own class alone. */
function inTermsOf(Failed: typeof TransportFailed, transport: Transport): Transport {
  return async (call) => {
    try {
      return await transport(call);
    } catch (error) {
      throw error instanceof TransportFailed ? new Failed(error.message, error) : error;
    }
  };
}

/** Two versions at once on one ledger and on the same queues: each container runs one of them, and nobody knows which. */
export function mixed(others: Partial<Entries>, chance: Chance): Entries {
  const entries = Object.entries(realEntries).map(([name, entry]): [string, Entry] => {
    const other = others[name as keyof Entries] ?? entry;
    return [name, (...parts) => (chance.yes(OTHERS_SHARE) ? other : entry)(...parts)];
  });
  return Object.fromEntries(entries) as unknown as Entries;
}
