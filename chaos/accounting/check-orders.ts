import type { Fact, FactOf } from '../facts.ts';
import type { OrderPlan } from '../scenario/orders.ts';
import { type MadeBatch, madeBatches } from './batch-files.ts';
import type { CaseFile } from './case-file.ts';
import { contentOf } from './content.ts';
import type { Pad } from './finding.ts';

type Shown = FactOf<'order_shown'>;
type Answer = FactOf<'api_response'>;

/** Every image of an order that is meant is a line of its batch, once, or is left out with its reason. */
export function checkOrders(file: CaseFile, pad: Pad): void {
  const { orders = [] } = file.scenario;
  const made = orders.length === 0 ? [] : madeBatches(file);
  for (const plan of orders) {
    const own = made.filter(({ key }) => key.endsWith(`/${plan.ref}.ndjson`));
    const shown = file.of('order_shown').filter(({ orderId }) => orderId === plan.orderId);
    for (const batch of own) checkFile(batch, plan, shown, file, pad);
    const extra = plan.idempotencyKey === undefined ? undefined : own[1];
    if (extra !== undefined) pad.breach('batch_twice', extra.at, `${plan.ref} was made ${own.length} times`);
    for (const answer of file.of('api_response').filter(({ ref }) => ref === plan.ref)) {
      checkAnswer(answer, plan, own, shown, file, pad);
    }
  }
}

/** The file of a batch holds what the order showed at some time before: nothing more, nothing less, and in its order. */
function checkFile(
  { batchId, at, key, version }: MadeBatch,
  plan: OrderPlan,
  shown: readonly Shown[],
  file: CaseFile,
  pad: Pad,
): void {
  const put = file.of('object_put').find((fact) => fact.key === key && fact.version === version);
  const rows = (put?.text ?? '').split('\n').filter((row) => row !== '');
  const lines = rows.map((row) => {
    const { image_id: imageId, preferences } = JSON.parse(row) as { image_id: string; preferences: object };
    return contentOf(imageId, JSON.stringify(preferences));
  });
  const isOf = (one: Shown) => {
    const wanted = sharesOf(one, plan).lines.map((imageId) => contentOf(imageId, JSON.stringify(plan.preferences)));
    return one.at <= at && wanted.join('\n') === lines.join('\n');
  };
  if (!shown.some(isOf))
    pad.breach('order_images', at, `the ${lines.length} lines of ${batchId} are not those of ${plan.ref}`);
}

interface Shares {
  readonly lines: readonly string[];
  /** Each with a word that its reason has. */
  readonly leftOut: readonly (readonly [imageId: string | null, word: RegExp])[];
}

/** Of docs/messages.md: "Images that were never uploaded or have expired at Autoenhance are left out with their reasons." */
const UNUSABLE: Readonly<Record<string, RegExp>> = { waiting: /never uploaded/, expired: /expired/ };

/** What becomes of an order's images, as it shows them. */
function sharesOf({ images }: Shown, { only = {} }: OrderPlan): Shares {
  const meant = images.filter(
    ({ imageId, status = '' }) =>
      (only.status?.includes(status) ?? true) && (only.image_ids?.some((id) => id === imageId) ?? true),
  );
  const lines = new Set<string>();
  const leftOut: [string | null, RegExp][] = [];
  for (const { imageId, status = '' } of meant) {
    const word = imageId === null ? /no valid image_id/ : UNUSABLE[status];
    if (word !== undefined) leftOut.push([imageId, word]);
    else if (imageId !== null) lines.add(imageId);
  }
  const strangers = only.image_ids?.filter((id) => !images.some(({ imageId }) => imageId === id)) ?? [];
  return {
    lines: [...lines],
    leftOut: [...leftOut, ...strangers.map((id) => [id, /no image of this order/] as const)],
  };
}

/** A response says what became of the call, and of each image that was left out. */
function checkAnswer(
  answer: Answer,
  plan: OrderPlan,
  own: readonly MadeBatch[],
  shown: readonly Shown[],
  file: CaseFile,
  pad: Pad,
): void {
  const { at, status, invocation, body } = answer;
  const began =
    file.of('began').find((fact: Fact) => fact.kind === 'began' && fact.invocation === invocation)?.at ?? at;
  const seen = shown.filter((one) => one.at >= began && one.at <= at);
  if (status >= 300) {
    if (!isFounded(answer, plan, seen, file)) pad.breach('turned_away', at, `${plan.ref}: ${status}`);
    return;
  }
  const { batch_id: batchId, left_out: leftOut, left_out_count: count } = JSON.parse(body) as OrderResponse;
  if (!own.some((batch) => batch.batchId === batchId && batch.at <= at)) {
    pad.breach('line_lost', at, `${plan.ref} was answered ${status}, and ${batchId} was not made`);
  }
  // A repeated call does not read the order again.
  if (status === 200 && leftOut === undefined) return;
  const isTrue = seen.some((one) => isLeftOut(sharesOf(one, plan).leftOut, leftOut ?? []) && count === leftOut?.length);
  if (!isTrue) pad.breach('order_images', at, `${plan.ref} says of what it left out: ${JSON.stringify(leftOut)}`);
}

interface OrderResponse {
  readonly batch_id?: string;
  readonly left_out?: readonly LeftOut[];
  readonly left_out_count?: number;
}

interface LeftOut {
  readonly image_id?: string | null;
  readonly reason: string;
}

/** The same images, each with its own reason. */
function isLeftOut(wanted: Shares['leftOut'], said: readonly LeftOut[]): boolean {
  const left = [...said];
  for (const [imageId, word] of wanted) {
    const index = left.findIndex(({ image_id: id = null, reason }) => id === imageId && word.test(reason));
    if (index < 0) return false;
    left.splice(index, 1);
  }
  return left.length === 0;
}

/** Why nothing was made of a call: what Autoenhance said of the order, a limit, or something that really failed. */
function isFounded({ status, invocation }: Answer, plan: OrderPlan, seen: readonly Shown[], file: CaseFile): boolean {
  const isShown = (...states: readonly Shown['state'][]) => seen.some(({ state }) => states.includes(state));
  switch (status) {
    // Whether it was reached is checkAllowances' question.
    case 429:
      return true;
    case 409:
      return isShown('merging');
    case 404:
      return isShown('unknown', 'deleted');
    case 422:
      return seen.some((one) => one.state === 'known' && sharesOf(one, plan).lines.length === 0);
    default:
      return file.isDisturbed(invocation) || file.wasHeldUp(invocation) || wasUnread(plan, invocation, file);
  }
}

/** Whether the order was not shown as it is. */
function wasUnread({ orderId }: OrderPlan, invocation: number, file: CaseFile): boolean {
  return file
    .of('read_ended')
    .some((fact) => fact.invocation === invocation && fact.what === orderId && (fact.how !== 200 || fact.isSpoilt));
}
