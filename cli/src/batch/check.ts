import type { BatchPace, CheckedBatch } from '../../../client/src/contract.ts';
import type { Client } from '../../../client/src/create-client.ts';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { PART_BYTES, partsOf } from '../input/parts.ts';
import type { RequestFile } from '../input/request-file.ts';
import { counted, numberText } from '../terminal/numbers.ts';
import { leftText } from './pace-text.ts';
import type { BatchSource } from './source.ts';

/** What would become of a batch. A file that is too long for one call is checked in parts. @throws CommandError, ReprocessError */
export async function checkSource(
  client: Client,
  source: BatchSource,
  { signal, output }: Context,
): Promise<CheckedBatch> {
  const { input, name, file } = source;
  if (file === undefined || file.content.size <= PART_BYTES) {
    return client.batches.check(input, { name, signal });
  }
  if (file.kind === 'json') {
    const rule = `a .json file must be at most ${numberText(PART_BYTES)} bytes, got ${numberText(file.content.size)}`;
    throw usageError(`${rule}: save it as .ndjson, one request a line, which may be longer`);
  }
  const checks: CheckedBatch[] = [];
  const type = (input as Blob).type;
  try {
    for await (const { content, linesBefore } of partsOf(file)) {
      output.status(() => `checking part ${checks.length + 1} of about ${Math.ceil(file.content.size / PART_BYTES)}`);
      const check = await client.batches.check(new Blob([content], { type }), { name: nameOf(file, name), signal });
      checks.push(movedBy(linesBefore, check));
    }
  } finally {
    output.status(undefined);
  }
  return combined(checks);
}

const nameOf = (file: RequestFile, name: string | undefined) => name ?? file.name;

function movedBy(lines: number, checked: CheckedBatch): CheckedBatch {
  const { check } = checked;
  const rejections = check.rejections.map((each) => ({ ...each, line: each.line + lines }));
  const repeats = check.repeats.map((each) => ({ ...each, lines: each.lines.map((line) => line + lines) }));
  return { ...checked, check: { ...check, rejections, repeats } };
}

const IN_PARTS = 'the file is long, and was checked in parts: an image that comes in two parts is not noticed';

/** @param checks at least one */
export function combined(checks: readonly CheckedBatch[]): CheckedBatch {
  const sum = (value: (checked: CheckedBatch) => number) => checks.reduce((total, each) => total + value(each), 0);
  const accepted = sum(({ counts }) => counts.accepted);
  const refusal = accepted === 0 ? checks.find((each) => each.refusal !== undefined)?.refusal : undefined;
  const pace = paceOf(checks, accepted);
  return {
    dry_run: true,
    would_be_sent: accepted > 0,
    ...(refusal !== undefined && { refusal }),
    counts: { total: sum(({ counts }) => counts.total), rejected: sum(({ counts }) => counts.rejected), accepted },
    problems: [...new Set(checks.flatMap(({ problems }) => problems))],
    warnings: [...new Set([...checks.flatMap(({ warnings }) => warnings), IN_PARTS])],
    check: {
      rejections: checks.flatMap(({ check }) => check.rejections),
      repeated_images: sum(({ check }) => check.repeated_images),
      differing_images: sum(({ check }) => check.differing_images),
      repeats: checks.flatMap(({ check }) => check.repeats),
    },
    ...(pace !== undefined && { pace }),
    expected_end: null,
  };
}

/** Each part's own pace knows nothing of the others. */
function paceOf(checks: readonly CheckedBatch[], accepted: number): BatchPace | undefined {
  const pace = checks.find((each) => each.pace !== undefined)?.pace;
  if (pace === undefined || pace.limit === null || pace.left_today === null) return undefined;
  const later = Math.max(0, accepted - pace.left_today);
  const days = Math.ceil(later / pace.limit);
  const end = days === 0 ? 'finished today at the earliest' : `finished in ${counted(days, 'day')} or more`;
  const sentence = `${leftText(accepted, pace)}: ${end}`;
  return { ...pace, days, expected_end: null, sentence };
}
