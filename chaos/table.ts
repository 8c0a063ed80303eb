import { NOTES, RULES } from './accounting/finding.ts';
import { COUNTS } from './accounting.ts';
import type { Summary } from './summary.ts';

const NAME_WIDTH = 62;
const NUMBER_WIDTH = 12;
const SHOWN_CASES = 20;

export function isKept({ breaches }: Summary): boolean {
  return Object.values(breaches).every((found) => found === 0);
}

/** The account as plain text. @param title what was run */
export function tableOf(summary: Summary, title: string): string {
  const { counts, notes, breaches, cases } = summary;
  return [
    title,
    '',
    heading('what happened', 'number'),
    ...rows(COUNTS, counts),
    '',
    heading('allowed, each explained', 'number'),
    ...rows(NOTES, notes),
    '',
    heading('promised never to happen', 'found'),
    ...rows(RULES, breaches),
    '',
    isKept(summary) ? 'every promise was kept' : ['a promise was broken:', ...shown(cases)].join('\n  '),
    '',
  ].join('\n');
}

function heading(name: string, number: string): string {
  return `${name.padEnd(NAME_WIDTH)}${number.padStart(NUMBER_WIDTH)}`;
}

function rows<Name extends string>(
  labels: Readonly<Record<Name, string>>,
  numbers: Readonly<Record<Name, number>>,
): readonly string[] {
  return (Object.keys(labels) as Name[]).map((name) => {
    const number = Math.round(numbers[name]).toLocaleString('en');
    return `  ${labels[name].padEnd(NAME_WIDTH - 2)}${number.padStart(NUMBER_WIDTH)}`;
  });
}

function shown(cases: readonly string[]): readonly string[] {
  const more = cases.length - SHOWN_CASES;
  return [...cases.slice(0, SHOWN_CASES), ...(more > 0 ? [`… and ${more} more`] : [])];
}
