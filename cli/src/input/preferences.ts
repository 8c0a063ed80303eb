import { usageError } from '../command-error.ts';
import { parseJson } from './rewrite-lines.ts';

/** A preference of `--set`: as a cell of a CSV file has it, and as JSON has it. */
export interface Setting {
  readonly name: string;
  readonly cell: string;
  readonly value: unknown;
}

/** Fields of the contract whose values are text, whatever they look like; and those that are numbers. */
export const TEXTS = ['ai_version', 'cloud_type', 'enhance_type', 'image_name', 'order_id'];
export const NUMBERS = ['rating'];

const LITERALS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const NUMBER = /^-?\d+(\.\d+)?$/;

/** @throws CommandError */
export function parseSettings(given: readonly string[] = []): readonly Setting[] {
  const settings = given.map(parseSetting);
  const names = settings.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw usageError(`--set may name ${twice} once, got it twice`);
  return settings;
}

function parseSetting(given: string): Setting {
  const [, name, colon, cell = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(given)?.map((part) => part.trim()) ?? [];
  if (!name) throw usageError(`--set must be NAME=VALUE, such as enhance_type=warm, got ${given}`);
  if (cell === '') throw usageError(`--set ${name}= must have a value: to leave a preference as it is, do not set it`);
  return { name, cell, value: colon ? jsonOf(name, cell) : typedValue(name, cell) };
}

function jsonOf(name: string, cell: string): unknown {
  try {
    return parseJson(cell);
  } catch (cause) {
    throw usageError(`--set ${name}:= must be followed by JSON, such as ${name}:='{"a":1}', got ${cell}`, cause);
  }
}

function typedValue(name: string, cell: string): unknown {
  if (TEXTS.includes(name) || name.startsWith('metadata.')) return cell;
  const isNumber = NUMBERS.includes(name) || name.startsWith('finetune_settings.');
  if (isNumber && NUMBER.test(cell)) return Number(cell);
  return Object.hasOwn(LITERALS, cell) ? LITERALS[cell] : cell;
}

/** `metadata.listing` is `listing` within `metadata`. */
export function preferencesOf(settings: readonly Setting[]): Record<string, unknown> {
  const preferences: Record<string, unknown> = {};
  for (const { name, value } of settings) {
    const [, object, member] = /^(metadata|finetune_settings)\.(.+)$/.exec(name) ?? [];
    if (object === undefined || member === undefined) preferences[name] = value;
    else preferences[object] = { ...(preferences[object] as object | undefined), [member]: value };
  }
  return preferences;
}
