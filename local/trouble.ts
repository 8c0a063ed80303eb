import type { Row } from './terminal/row.ts';

/**
 * Whether a line of a function's log is more than the usual: a warning, an error, or nothing that our logger writes; a
 * metric is none.
 */
export function isTrouble(line: string): boolean {
  return !/^\{("level":"(debug|info)"|"_aws")/.test(line);
}

type Facts = Readonly<Record<string, unknown>>;

/** Those that stand elsewhere in the row, and those that say nothing on one machine. */
const UNSHOWN = [
  'level',
  'message',
  'timestamp',
  'stage',
  'function',
  'source',
  'partner',
  'trace_id',
  'duration_ms',
  'trace',
  'aws_request_id',
  'frames',
];

/** A function's log line for a person to read: time, level, function, message, and the facts that matter. */
export function troubleRow(functionName: string, line: string, now = new Date()): Row {
  const facts = factsIn(line);
  const level = facts?.level === 'warn' ? 'warn' : 'error';
  const time = typeof facts?.timestamp === 'string' ? facts.timestamp : now.toISOString();
  return {
    cells: [
      { text: time.slice(11, 19), format: 'dim' },
      { text: level, width: 'error'.length, format: level === 'warn' ? 'yellow' : 'red' },
      { text: String(facts?.function ?? functionName) },
    ],
    text: facts === undefined ? line : sentenceOf(facts),
  };
}

/** Undefined for what is no line of our logger, such as what Node itself writes. */
function factsIn(line: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'message' in value ? (value as Facts) : undefined;
  } catch {
    return undefined;
  }
}

function sentenceOf(facts: Facts): string {
  const { message, errorType, errorMessage, ...others } = facts;
  // As Lambda itself notes that a function failed.
  const error = errorType === undefined ? {} : { error: `${errorType}: ${errorMessage}` };
  const told = Object.entries({ ...others, ...error })
    .filter(([name, value]) => !UNSHOWN.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => named(name, value));
  return told.length === 0 ? String(message) : `${message} (${told.join(', ')})`;
}

function named(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('_ms')) return `${worded(name.slice(0, -3))} ${seconds(value)}`;
  return `${worded(name.replace(/_id$/, ''))} ${shown(value)}`;
}

function worded(name: string): string {
  return name.replaceAll('_', ' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** No JSON, whatever it is. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { code, detail } = value as Facts;
  if (code !== undefined && detail !== undefined) return `${code}: ${detail}`;
  if (Array.isArray(value)) return value.map(shown).join(' ');
  return Object.entries(value)
    .map(([name, each]) => `${worded(name)} ${shown(each)}`)
    .join(' ');
}
