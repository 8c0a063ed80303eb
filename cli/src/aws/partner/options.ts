import { LONGEST_WAIT_SECONDS } from '../../../../functions/core/request/longest-wait.ts';
import { usageError } from '../../command-error.ts';
import type { PartnerSettings } from './key-ring.ts';

/** What may be given to `partner set`. */
export interface AnswerOptions {
  readonly wait?: string;
  readonly onTimeout?: string;
}

/** What may be given to `partner limit`. */
export interface LimitOptions {
  readonly callsPerSecond?: string;
  readonly burst?: string;
  readonly batchesPerDay?: string;
}

/** How a partner's calls are answered. @throws CommandError */
export function parseAnswer({ wait, onTimeout }: AnswerOptions): PartnerSettings {
  if (wait === undefined && onTimeout === undefined) throw usageError('say what to set: --wait, --on-timeout');
  return { ...parseWait(wait), ...parseOnTimeout(onTimeout) };
}

/** How many calls and batches a partner may make. @throws CommandError */
export function parseLimits({ callsPerSecond, burst, batchesPerDay }: LimitOptions): PartnerSettings {
  const limits = {
    ...parseLimit('calls_per_second', callsPerSecond),
    ...parseLimit('burst', burst),
    ...parseLimit('batches_per_day', batchesPerDay),
  };
  if (Object.keys(limits).length > 0) return limits;
  throw usageError('say what to limit: --calls-per-second, --burst, --batches-per-day');
}

function parseWait(text: string | undefined): Pick<PartnerSettings, 'wait'> {
  if (text === undefined) return {};
  if (text === 'usual') return { wait: null };
  if (/^\d{1,2}$/.test(text) && Number(text) <= LONGEST_WAIT_SECONDS) return { wait: Number(text) };
  throw usageError(`--wait must be a whole number of seconds from 0 to ${LONGEST_WAIT_SECONDS}, or usual, got ${text}`);
}

function parseOnTimeout(text: string | undefined): Pick<PartnerSettings, 'on_timeout'> {
  if (text === undefined) return {};
  if (text === '202') return { on_timeout: null };
  if (text === '504') return { on_timeout: 504 };
  throw usageError(`--on-timeout must be 202 or 504, got ${text}`);
}

function parseLimit(name: 'calls_per_second' | 'burst' | 'batches_per_day', text: string | undefined): PartnerSettings {
  if (text === undefined) return {};
  if (text === 'usual') return { [name]: null };
  if (/^[1-9]\d{0,8}$/.test(text)) return { [name]: Number(text) };
  throw usageError(`--${name.replaceAll('_', '-')} must be a whole number from 1, or usual, got ${text}`);
}

/** The beginning of a key's hash. @throws CommandError */
export function parseHash(text: string): string {
  if (/^[0-9a-f]{8,64}$/i.test(text)) return text;
  throw usageError(`--key must be at least the first 8 hexadecimal digits of a hash, got ${text}`);
}

/** A day, which begins at midnight in UTC, or a time, that is still to come. @throws CommandError */
export function parseEnd(text: string, now: number): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isDate ? Date.parse(text) : Number.NaN;
  if (time > now) return time;
  const form = 'a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come';
  throw usageError(`--expires-old must be ${form}, got ${text}`);
}
