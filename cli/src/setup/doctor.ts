import { styleText } from 'node:util';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { VERSION } from '../version.ts';
import { type Finding, findingsOf } from './findings.ts';
import { probe } from './probe.ts';

const MARKS = { fine: ['green', 'ok'], warning: ['yellow', '!!'], wrong: ['red', 'no'] } as const;

/** `doctor` */
export async function run(context: Context): Promise<ExitCode> {
  const { output } = context;
  const connection = context.connection();
  const findings = findingsOf(await probe(connection, context), { version: VERSION, connection, now: context.now() });
  for (const finding of findings) output.data(finding, () => textOf(finding, context));
  output.say('The alarms, their mail and the queues are checked with AWS credentials: reprocess smoke --stage STAGE.');
  return findings.find(({ state }) => state === 'wrong')?.exit ?? EXIT.finished;
}

function textOf({ state, about, sentence, remedy }: Finding, { output }: Context): string {
  const [colour, mark] = MARKS[state];
  const text = `${about}: ${sentence}${remedy === undefined ? '' : `: ${remedy}`}`;
  return `${styleText(colour, mark, { stream: output.out })}  ${text}`;
}
