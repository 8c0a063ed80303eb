import { LONGEST_WAIT_SECONDS } from '../../../../functions/core/request/longest-wait.ts';
import { UsageError } from '../../../../local/args.ts';
import { parsePlace, parseWords } from '../../../../operate/arguments.ts';
import type { Place } from '../place.ts';
import type { NewKey, PartnerSettings } from './key-ring.ts';

export type PartnerOrder = { readonly place: Place } & (
  | { readonly action: 'add'; readonly name: string; readonly newKey: NewKey }
  | { readonly action: 'set'; readonly name: string; readonly settings: PartnerSettings }
  | { readonly action: 'remove'; readonly name: string; readonly key: string | undefined }
  | { readonly action: 'list' }
);

export const USAGE = `npm run partner -- add NAME --stage STAGE [--operator] [--expires-old DATE]
npm run partner -- remove NAME --stage STAGE [--key HASH]
npm run partner -- set NAME --stage STAGE [--wait SECONDS] [--on-timeout STATUS]
                       [--calls-per-second N] [--burst N] [--batches-per-day N]
npm run partner -- list --stage STAGE

  add                   makes one more key for the partner, stores its SHA-256, and prints the key, once
  --operator            for somebody who runs the service: sees the requests and batches of all, and may pause the account
  --expires-old DATE    from then on the partner's other keys are refused: 2026-12-31 (its first moment, in UTC),
                        or a time such as 2026-12-31T18:00:00Z
  remove                removes the partner with all its keys
  --key HASH            removes one key alone: the beginning of its SHA-256, as list shows it
  set                   changes how the partner's calls are answered, and how many it may make
  --wait SECONDS        how long a call waits for its outcome that does not say so by Prefer: 0 to ${LONGEST_WAIT_SECONDS}, or usual
  --on-timeout STATUS   what a call gets that takes longer: 202, or 504 for a client that takes every 2xx for an outcome
  --calls-per-second N  calls that it may make on average; --burst N, at once after a pause; --batches-per-day N, batches that
                        it may make over HTTP. Each from 1, or usual for the stage's own
  list                  shows names and the beginnings of hashes, never a key
  --stage local         the service that npm start runs on this machine; --port N if that was given
  --help                shows this`;

/** What a partner may ask for. */
const LIMITS = ['calls-per-second', 'burst', 'batches-per-day'] as const;
const VALUES = ['stage', 'port', 'key', 'expires-old', 'wait', 'on-timeout', ...LIMITS] as const;

/** @throws UsageError, UnknownStage */
export function parsePartnerOrder(args: readonly string[], now: number): PartnerOrder {
  const { words, options, flags } = parseWords(args, { values: VALUES, flags: ['operator'] }, USAGE);
  const [action, name, ...more] = words;
  const { stage, port, key, 'expires-old': expiresOld, wait, 'on-timeout': onTimeout } = options;
  const takesName = action === 'add' || action === 'remove' || action === 'set';
  const isUnderstood = takesName ? name !== undefined : action === 'list' && name === undefined;
  if (!isUnderstood || more.length > 0) throw new UsageError(USAGE);
  if (key !== undefined && action !== 'remove')
    throw new UsageError(`--key is for remove alone, got it with ${action}`);
  if (expiresOld !== undefined && action !== 'add') {
    throw new UsageError(`--expires-old is for add alone, got it with ${action}`);
  }
  if (flags.operator && action !== 'add') throw new UsageError(`--operator is for add alone, got it with ${action}`);
  const given = (['wait', 'on-timeout', ...LIMITS] as const).filter((option) => options[option] !== undefined);
  if (action !== 'set' && given[0] !== undefined)
    throw new UsageError(`--${given[0]} is for set alone, got it with ${action}`);
  if (action === 'set' && given.length === 0) throw new UsageError(USAGE);
  const place = parsePlace(stage, port);
  if (!takesName || name === undefined) return { action: 'list', place };
  if (action === 'remove') return { action, place, name, key: key === undefined ? undefined : parseHash(key) };
  if (action === 'set') {
    const limits = Object.assign({}, ...LIMITS.map((option) => parseLimit(option, options[option])));
    return { action, place, name, settings: { ...parseWait(wait), ...parseOnTimeout(onTimeout), ...limits } };
  }
  const end = expiresOld === undefined ? undefined : parseDate(expiresOld, now);
  return { action: 'add', place, name, newKey: { expiresOld: end, isOperator: flags.operator === true } };
}

function parseHash(text: string): string {
  if (/^[0-9a-f]{8,64}$/i.test(text)) return text;
  throw new UsageError(`--key must be at least the first 8 hexadecimal digits of a hash, got ${JSON.stringify(text)}`);
}

function parseWait(text: string | undefined): Pick<PartnerSettings, 'wait'> {
  if (text === undefined) return {};
  if (text === 'usual') return { wait: null };
  if (/^\d{1,2}$/.test(text) && Number(text) <= LONGEST_WAIT_SECONDS) return { wait: Number(text) };
  const rule = `a whole number of seconds from 0 to ${LONGEST_WAIT_SECONDS}, or usual`;
  throw new UsageError(`--wait must be ${rule}, got ${JSON.stringify(text)}`);
}

function parseOnTimeout(text: string | undefined): Pick<PartnerSettings, 'on_timeout'> {
  if (text === undefined) return {};
  if (text === '202') return { on_timeout: null };
  if (text === '504') return { on_timeout: 504 };
  throw new UsageError(`--on-timeout must be 202 or 504, got ${JSON.stringify(text)}`);
}

function parseLimit(option: (typeof LIMITS)[number], text: string | undefined): PartnerSettings {
  if (text === undefined) return {};
  const name = option.replaceAll('-', '_') as 'calls_per_second' | 'burst' | 'batches_per_day';
  if (text === 'usual') return { [name]: null };
  if (/^[1-9]\d{0,8}$/.test(text)) return { [name]: Number(text) };
  throw new UsageError(`--${option} must be a whole number from 1, or usual, got ${JSON.stringify(text)}`);
}

function parseDate(text: string, now: number): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isDate ? Date.parse(text) : Number.NaN;
  if (time > now) return time;
  const form = 'a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come';
  throw new UsageError(`--expires-old must be ${form}, got ${JSON.stringify(text)}`);
}
