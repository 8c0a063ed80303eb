import { UsageError } from '../../local/args.ts';
import { parsePlace, parseWords } from '../arguments.ts';
import type { Place } from '../place.ts';

export type PartnerOrder = { readonly place: Place } & (
  | { readonly action: 'add'; readonly name: string /** Epoch ms. */; readonly expiresOld: number | undefined }
  | { readonly action: 'remove'; readonly name: string; readonly key: string | undefined }
  | { readonly action: 'list' }
);

export const USAGE = `npm run partner -- add NAME --stage STAGE [--expires-old DATE]
npm run partner -- remove NAME --stage STAGE [--key HASH]
npm run partner -- list --stage STAGE

  add                   makes one more key for the partner, stores its SHA-256, and prints the key, once
  --expires-old DATE    from then on the partner's other keys are refused: 2026-12-31 (its first moment, in UTC),
                        or a time such as 2026-12-31T18:00:00Z
  remove                removes the partner with all its keys
  --key HASH            removes one key alone: the beginning of its SHA-256, as list shows it
  list                  shows names and the beginnings of hashes, never a key
  --stage local         the service that npm start runs on this machine; --port N if that was given
  --help                shows this`;

/** @throws UsageError, UnknownStage */
export function parsePartnerOrder(args: readonly string[], now: number): PartnerOrder {
  const { words, options } = parseWords(args, { values: ['stage', 'port', 'key', 'expires-old'] }, USAGE);
  const [action, name, ...more] = words;
  const { stage, port, key, 'expires-old': expiresOld } = options;
  const takesName = action === 'add' || action === 'remove';
  const isUnderstood = takesName ? name !== undefined : action === 'list' && name === undefined;
  if (!isUnderstood || more.length > 0) throw new UsageError(USAGE);
  if (key !== undefined && action !== 'remove')
    throw new UsageError(`--key is for remove alone, got it with ${action}`);
  if (expiresOld !== undefined && action !== 'add') {
    throw new UsageError(`--expires-old is for add alone, got it with ${action}`);
  }
  const place = parsePlace(stage, port);
  if (!takesName || name === undefined) return { action: 'list', place };
  if (action === 'remove') return { action, place, name, key: key === undefined ? undefined : parseHash(key) };
  return { action, place, name, expiresOld: expiresOld === undefined ? undefined : parseDate(expiresOld, now) };
}

function parseHash(text: string): string {
  if (/^[0-9a-f]{8,64}$/i.test(text)) return text;
  throw new UsageError(`--key must be at least the first 8 hexadecimal digits of a hash, got ${JSON.stringify(text)}`);
}

function parseDate(text: string, now: number): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isDate ? Date.parse(text) : Number.NaN;
  if (time > now) return time;
  const form = 'a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come';
  throw new UsageError(`--expires-old must be ${form}, got ${JSON.stringify(text)}`);
}
