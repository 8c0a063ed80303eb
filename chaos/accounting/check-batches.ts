import type { FactOf } from '../facts.ts';
import type { BatchLine, BatchPlan } from '../scenario/batches.ts';
import { isCancelledUnchecked, type MadeBatch, madeBatches, versionsOf } from './batch-files.ts';
import type { CaseFile } from './case-file.ts';
import { contentOf } from './content.ts';
import { isOfBatch } from './events.ts';
import type { Pad } from './finding.ts';
import { type LineEnd, lineEnds } from './line-ends.ts';

/** A batch is one batch, loses and adds no line, and is finished once, last, and with counts that are true. */
export function checkBatches(file: CaseFile, pad: Pad): void {
  const made = madeBatches(file);
  checkDepth(file, pad);
  for (const plan of file.scenario.batches) checkHandedOver(plan, made, file, pad);
  const refused = new Set(
    file
      .of('batch_checked')
      .filter(({ refusal }) => refusal !== '')
      .map(({ batchId }) => batchId),
  );
  for (const batch of made) {
    if (hasNoLines(batch, file)) continue;
    if (refused.has(batch.batchId)) checkRefused(batch, file, pad);
    else checkOne(batch, linesOf(batch, file), file, pad);
  }
}

/** Its file never came, or it was cancelled before it was checked: it has no lines, and nothing tells of its end. */
function hasNoLines({ batchId, plan }: MadeBatch, file: CaseFile): boolean {
  if (file.of('known').some((fact) => fact.batchId === batchId)) return false;
  return (plan?.upload !== undefined && versionsOf(plan, file).length === 0) || isCancelledUnchecked(batchId, file);
}

/** "If single requests alone fill the queue, lines still get an eighth of it." */
const LEAST_SHARE = 1 / 8;

/** The queue stays shallow, so that single requests wait for few lines. */
function checkDepth(file: CaseFile, pad: Pad): void {
  const { bulkDepth } = file.scenario;
  const isTroubled = file.of('began').some(({ invocation, environment }) => {
    return environment.startsWith('feeder') && file.isDisturbed(invocation);
  });
  // One that a feeder left behind, or two feeders for a moment, may fill it once more.
  const most = isTroubled ? 2 * bulkDepth : bulkDepth;
  const lines = new Map<string, string>();
  let depth = 0;
  for (const fact of file.facts) {
    // A line with an outcome no longer waits, though its message may not be deleted yet.
    if (fact.kind === 'recorded') {
      for (const [messageId, requestId] of lines) if (requestId === fact.requestId) lines.delete(messageId);
    }
    if (fact.kind !== 'queued' && fact.kind !== 'deleted' && fact.kind !== 'dead_lettered') continue;
    const { isLine = false, requestId = '' } = file.messagesById.get(fact.messageId) ?? {};
    depth += fact.kind === 'queued' ? 1 : -1;
    if (fact.kind !== 'queued') lines.delete(fact.messageId);
    else if (isLine) lines.set(fact.messageId, requestId);
    if (fact.kind !== 'queued' || !isLine) continue;
    const queued = new Set(lines.values()).size;
    if (queued > Math.max(most, Math.ceil(depth * LEAST_SHARE) + 1)) {
      pad.breach('too_deep', fact.at, `${queued} lines in the queue, which may hold ${bulkDepth}`);
    }
  }
}

/** However often it was handed over, it is one batch; and it is made, unless its sender was told otherwise. */
function checkHandedOver(plan: BatchPlan, made: readonly MadeBatch[], file: CaseFile, pad: Pad): void {
  const { ref, way, lines } = plan;
  const at = file.scenario.start + plan.at;
  const own = made.filter((batch) => batch.plan === plan);
  if (own.length > 1) pad.breach('batch_twice', at, `${ref} was made ${own.length} times`);
  const isWholly = lines.every(({ isRequest }) => !isRequest);
  const responses = file.of('batch_response').filter((response) => response.ref === ref);
  for (const { status, invocation, at: answeredAt } of responses) {
    const isExplained =
      status < 300 ||
      status === 429 ||
      (status === 422 && isWholly) ||
      file.isDisturbed(invocation) ||
      file.wasHeldUp(invocation);
    if (!isExplained) pad.breach('turned_away', answeredAt, `${ref}: ${status}`);
  }
  const isWanted = way === 'file' || responses.some(({ status }) => status < 300);
  if (isWanted && own.length === 0) pad.breach('line_lost', at, `no batch was made of ${ref}`);
}

function checkRefused({ batchId, plan, at }: MadeBatch, file: CaseFile, pad: Pad): void {
  const isWholly = plan?.lines.every(({ isRequest }) => !isRequest) ?? false;
  if (!isWholly) pad.breach('line_lost', at, `${batchId} was refused, and has lines that are requests`);
  const sent = file.of('known').find((fact) => fact.batchId === batchId);
  if (sent !== undefined) pad.breach('line_changed', sent.at, `${batchId} was refused, and line ${sent.line} was sent`);
}

/** What its file asks for. Of a batch that sends failed lines again: the file that the service has written. */
function linesOf({ plan, key, version }: MadeBatch, file: CaseFile): readonly Line[] {
  if (plan !== undefined) return plan.lines;
  const put = file.of('object_put').find((fact) => fact.key === key && fact.version === version);
  const rows = (put?.text ?? '').split('\n').filter((row) => row !== '');
  return rows.map((row, index) => {
    const { image_id: imageId, preferences } = JSON.parse(row) as {
      image_id: string;
      preferences: BatchLine['preferences'];
    };
    return { line: index + 1, imageId, preferences, isRequest: true };
  });
}

type Line = Omit<BatchLine, 'text'>;
type Known = FactOf<'known'>;

function checkOne(batch: MadeBatch, lines: readonly Line[], file: CaseFile, pad: Pad): void {
  const { batchId } = batch;
  const known = Map.groupBy(
    file.of('known').filter((fact) => fact.batchId === batchId),
    ({ line = 0 }) => line,
  );
  const controls = file.of('batch_controlled').filter((fact) => fact.batchId === batchId);
  const cancelledAt = controls.find(({ control }) => control === 'cancelled')?.at;
  checkLines(batch, lines, known, cancelledAt !== undefined, pad);
  checkUnwanted(batchId, known, controls, file, pad);
  checkLineOrder(batchId, lines, known, file, pad);
  checkSuperseded(batchId, file, pad);
  const events = file.of('published').filter((event) => isOfBatch(event) && event.groupId === batchId);
  const [first] = events;
  if (first === undefined) {
    pad.breach('batch_open', batch.at, `${batchId} was never finished`);
    return;
  }
  for (const { at, eventId, body } of events) {
    if (eventId !== first.eventId)
      pad.breach('batch_end', at, `${batchId} was finished as ${first.eventId} and ${eventId}`);
    if (body !== first.body) pad.breach('changed_event', at, eventId);
  }
  checkEnd(batch, lines, lineEnds(batchId, file), first, pad);
}

/** Each line is sent as it stands in the file, under one id. */
function checkLines(
  { batchId, at }: MadeBatch,
  lines: readonly Line[],
  known: ReadonlyMap<number, readonly Known[]>,
  isCancelled: boolean,
  pad: Pad,
): void {
  const wanted = new Map(lines.filter(({ isRequest }) => isRequest).map((line) => [line.line, line]));
  for (const [line, { imageId, preferences }] of wanted) {
    const sent = (known.get(line) ?? []).filter(({ round }) => round === 1);
    const text = `line ${line} of ${batchId}`;
    if (sent.length === 0 && !isCancelled) pad.breach('line_lost', at, text);
    if (sent.length > 1) pad.breach('line_twice', sent[1]?.at ?? at, `${text} has ${sent.length} ids`);
    const content = contentOf(imageId, JSON.stringify(preferences));
    for (const fact of sent) {
      if (contentOf(fact.imageId, fact.preferences) !== content) pad.breach('line_changed', fact.at, text);
    }
  }
  for (const [line, [fact]] of known) {
    if (!wanted.has(line)) pad.breach('line_changed', fact?.at ?? at, `line ${line} of ${batchId} is no request`);
  }
}

/** A feeder looks at what a batch's owner wants before it sends; one that something holds up may be late. */
const UNWANTED_AFTER = 2000;
const LATE_AFTER = 3 * 60_000;

/** After it was paused or cancelled, nothing more of it is sent. */
function checkUnwanted(
  batchId: string,
  known: ReadonlyMap<number, readonly Known[]>,
  controls: readonly FactOf<'batch_controlled'>[],
  file: CaseFile,
  pad: Pad,
): void {
  for (const [line, facts] of known) {
    for (const { at, invocation } of facts) {
      const last = controls.findLast((control) => control.at <= at);
      const after = file.isDisturbed(invocation) ? LATE_AFTER : UNWANTED_AFTER;
      if (last === undefined || last.control === 'running' || at - last.at <= after) continue;
      pad.breach('unwanted', at, `line ${line} of ${batchId}, which was ${last.control}`);
    }
  }
}

/** The lines of one image are queued in the file's order. */
function checkLineOrder(
  batchId: string,
  lines: readonly Line[],
  known: ReadonlyMap<number, readonly Known[]>,
  file: CaseFile,
  pad: Pad,
): void {
  const idOf = (line: number) => known.get(line)?.find(({ round }) => round === 1)?.requestId ?? '';
  for (const ofImage of Map.groupBy(lines, ({ imageId }) => imageId).values()) {
    const ranks = ofImage.flatMap(({ line }) => {
      const rank = file.ranks.get(idOf(line));
      return rank === undefined ? [] : [{ line, rank }];
    });
    for (const [index, { line, rank }] of ranks.entries()) {
      const next = ranks[index + 1];
      if (next === undefined || next.rank > rank) continue;
      pad.breach('line_order', file.scenario.start, `line ${next.line} of ${batchId} was queued before line ${line}`);
    }
  }
}

/** How much later than another one a request may be known that was accepted before it: its write may be held up. */
const KNOWN_WITHIN = 60_000;

/** A line that was not sent again for a newer request of its image: there is one, which is not the line itself. */
function checkSuperseded(batchId: string, file: CaseFile, pad: Pad): void {
  for (const { at, requestId, endedAs } of file.of('line_counted')) {
    const own = file.known.get(requestId);
    if (endedAs !== 'superseded' || own?.batchId !== batchId) continue;
    const isTrue = file.of('known').some((other) => {
      const isItself = other.batchId === batchId && other.line === own.line;
      return other.imageId === own.imageId && !isItself && other.at >= own.at - KNOWN_WITHIN && other.at <= at;
    });
    if (!isTrue) pad.breach('line_lost', at, `line ${own.line} of ${batchId} ended as superseded by no other request`);
  }
}

interface Counts {
  readonly total: number;
  readonly rejected: number;
  readonly waiting: number;
  readonly cancelled: number;
  readonly queued: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
}

/** When it is said to be finished, all of its lines have ended, and the counts are those of their ends. */
function checkEnd(
  { batchId }: MadeBatch,
  lines: readonly Line[],
  ends: ReadonlyMap<number, LineEnd>,
  event: FactOf<'published'>,
  pad: Pad,
): void {
  const { counts } = (JSON.parse(event.body) as { readonly data: { readonly counts: Counts } }).data;
  const requests = lines.filter(({ isRequest }) => isRequest);
  const all = requests.flatMap(({ line }) => ends.get(line) ?? []);
  // Of a batch that was cancelled, what waits to be sent again is cancelled too.
  const sent = all.filter(({ isReturned }) => !isReturned);
  for (const { line, endedAt } of sent) {
    if (endedAt <= event.at) continue;
    pad.breach('batch_end', event.at, `${batchId} was finished before line ${line} had ended`);
  }
  const only = (end: 'finished' | 'failed') =>
    sent.filter(({ ends: possible }) => possible.length === 1 && possible[0] === end);
  const either = sent.filter(({ ends: possible }) => possible.length > 1).length;
  const { finished, failed, ...others } = counts;
  const rest = {
    total: lines.length,
    rejected: lines.length - requests.length,
    waiting: 0,
    cancelled: requests.length - sent.length,
    queued: 0,
    started: 0,
  };
  const [surelyFinished, surelyFailed] = [only('finished').length, only('failed').length];
  const isTrue =
    Object.entries(rest).every(([name, number]) => others[name as keyof typeof others] === number) &&
    finished + failed === sent.length &&
    finished >= surelyFinished &&
    failed >= surelyFailed &&
    finished <= surelyFinished + either;
  const truth = JSON.stringify({ ...rest, finished: surelyFinished, failed: surelyFailed, either });
  if (!isTrue) pad.breach('batch_counts', event.at, `${batchId} says ${JSON.stringify(counts)}, it was ${truth}`);
}
