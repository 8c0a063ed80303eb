/** What a part has measured. */
export interface Report {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly notes?: readonly string[];
  readonly goals?: readonly Goal[];
}

export interface Goal {
  readonly goal: string;
  readonly value: number;
  /** The goal holds up to here (or from here on, for `atLeast`). */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export function isMet({ value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Goal): boolean {
  return value <= atMost && value >= atLeast;
}

/** A report as Markdown, so that what is printed can stand in the documentation as it is. */
export function printed({ title, columns, rows, notes = [], goals = [] }: Report): string {
  const goalRows = goals.map((goal) => [goal.goal, bound(goal), shown(goal.value), isMet(goal) ? 'met' : 'not met']);
  return [
    `### ${title}`,
    table(columns, rows),
    ...notes,
    ...(goals.length > 0 ? [table(['goal', 'bound', 'measured', ''], goalRows)] : []),
  ].join('\n\n');
}

function bound({ atMost, atLeast }: Goal): string {
  if (atMost === undefined) return `≥ ${atLeast}`;
  return atMost === atLeast ? String(atMost) : `≤ ${atMost}`;
}

function table(columns: readonly string[], rows: Report['rows']): string {
  const lines = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.map(shown).join(' | ')} |`).join('\n');
}

/** Three digits that count; whole numbers as they are; nothing for what was not measured. */
function shown(value: string | number): string {
  if (Number.isNaN(value)) return '';
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
