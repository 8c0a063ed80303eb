// What the command line and the console make of the requests for an image. No part of the package.
import type { Preferences, RequestItem } from './contract.ts';

/** Preferences that Autoenhance's record of an image shows. */
export const SHOWN_BY_RECORD: readonly string[] = [
  'enhance_type',
  'sky_replacement',
  'cloud_type',
  'vertical_correction',
  'window_pull',
  'privacy',
  'enhance',
  'ai_version',
  'lens_correction',
  'upscale',
  'hdr',
  'threesixty',
  'rating',
  'image_name',
  'order_id',
];

export interface Change {
  readonly name: string;
  /** Undefined: not known. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface HistoryEntry {
  readonly request: RequestItem;
  /** Whether Autoenhance took it, so that it had an effect. */
  readonly hasActed: boolean;
  readonly changes: readonly Change[];
  /** After it, as far as they are known. */
  readonly settings: Preferences;
  /** What leads from the present settings back to those after this request; undefined where there is nothing to change. */
  readonly wayBack: Preferences | undefined;
  /** What was changed since, and of which nobody knows what it was then. */
  readonly unknown: readonly string[];
}

/**
 * What each request for an image changed against the one before. A preference that is left out keeps its value, so the settings
 * are the sum of all requests before, and of what Autoenhance's records show.
 * @param requests newest first @returns newest first
 */
export function historyOf(requests: readonly RequestItem[]): readonly HistoryEntry[] {
  const settled: { request: RequestItem; before: Preferences; after: Preferences; hasActed: boolean }[] = [];
  let settings: Preferences = {};
  for (const request of requests.toReversed()) {
    const hasActed = request.state === 'succeeded';
    const before = settings;
    if (hasActed) settings = { ...settings, ...shownBy(request), ...request.preferences };
    settled.push({ request, before, after: settings, hasActed });
  }
  return settled.toReversed().map(({ request, before, after, hasActed }, index, all) => {
    const later = all.slice(0, index).filter((each) => each.hasActed);
    const touched = [...new Set(later.flatMap((each) => Object.keys(each.request.preferences)))];
    return {
      request,
      hasActed,
      changes: changesOf(request.preferences, before),
      settings: after,
      wayBack: hasActed ? wayBackTo(after, settings, touched) : undefined,
      unknown: touched.filter((name) => !Object.hasOwn(after, name)),
    };
  });
}

function changesOf(preferences: Preferences, before: Preferences): readonly Change[] {
  return Object.entries(preferences)
    .map(([name, after]) => ({ name, before: ownOf(before, name), after }))
    .filter((each) => !isSame(each.before, each.after));
}

function wayBackTo(then: Preferences, now: Preferences, touched: readonly string[]): Preferences | undefined {
  const known = touched.filter((name) => Object.hasOwn(then, name));
  const back = known.filter((name) => !isSame(then[name], now[name])).map((name) => [name, then[name]]);
  return back.length > 0 ? Object.fromEntries(back) : undefined;
}

/** A preference may have the name of something that every object has. */
function ownOf(preferences: Preferences, name: string): unknown {
  return Object.hasOwn(preferences, name) ? preferences[name] : undefined;
}

/** The settings that Autoenhance's record shows after a request. */
function shownBy(request: RequestItem & { readonly state: 'succeeded' }): Preferences {
  const record = request.image ?? {};
  const shown = SHOWN_BY_RECORD.filter((name) => record[name] !== undefined && record[name] !== null);
  return Object.fromEntries(shown.map((name) => [name, record[name]]));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
