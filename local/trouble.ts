import type { Row } from './terminal/row.ts';

/**
 * Whether a line of a function's log has to be shown: a warning, an error, or a line that our logger did not write. Metrics are
 * not shown.
 */
export function isTrouble(line: string): boolean {
  return !/^\{("level":"(debug|info)"|"_aws")/.test(line);
}

type Facts = Readonly<Record<string, unknown>>;

/** Fields that are elsewhere in the row, or say nothing on one machine. */
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

/** A function's log line as a row: time, level, function, message, and the important fields. */
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

/** Undefined for a line that our logger did not write, such as Node's own. */
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
  // Lambda's own fields for a failed invocation.
  const error = errorType === undefined ? {} : { error: `${errorType}: ${errorMessage}` };
  const shownFacts = Object.entries({ ...others, ...error })
    .filter(([name, value]) => !UNSHOWN.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => named(name, value));
  return shownFacts.length === 0 ? String(message) : `${message} (${shownFacts.join(', ')})`;
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

/** As text without JSON. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { code, detail } = value as Facts;
  if (code !== undefined && detail !== undefined) return `${code}: ${detail}`;
  if (Array.isArray(value)) return value.map(shown).join(' ');
  return Object.entries(value)
    .map(([name, each]) => `${worded(name)} ${shown(each)}`)
    .join(' ');
}
