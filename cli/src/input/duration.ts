import { usageError } from '../command-error.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Seconds of an option, in ms. @throws CommandError */
export function millisecondsOf(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (/^\d{1,8}$/.test(seconds) && Number(seconds) > 0) return Number(seconds) * 1000;
  throw usageError(`--timeout must be a whole number of seconds from 1, got ${seconds}`);
}

/** A time, or how far it is from now. @param direction 1 for the future, -1 for the past @throws CommandError */
export function timeOf(option: string, text: string, now: number, direction: 1 | -1): string {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now + direction * Number(count) * (UNITS[unit] ?? 0)).toISOString();
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  const distance = `30m, 6h, 2d ${direction === 1 ? 'from now' : 'ago'}`;
  throw usageError(`${option} must be a time such as 2026-11-22, 2026-11-22T10:00:00Z, or ${distance}, got ${text}`);
}

/** How many of a list. @throws CommandError */
export function limitOf(text: string): number {
  if (text === 'all') return Infinity;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw usageError(`--limit must be a whole number from 1, or all, got ${text}`);
}
