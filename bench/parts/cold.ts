import type { Bench } from '../bench.ts';
import { batchEvent, partnerKeysSecret, processCallEvent } from '../events.ts';
import { startExecution, timed, type Variant } from '../function/execution.ts';
import type { Report } from '../report.ts';
import { median, spread } from '../statistics.ts';
import { codeKb } from '../variants.ts';

const ROUNDS = 15;
const NOISY = 0.2;

interface Samples {
  readonly init: number[];
  readonly total: number[];
}

/** A fresh process for each sample: INIT, and INIT with the first invocation (one request, endpoint and AWS at once). */
export async function measureCold(bench: Bench): Promise<Report> {
  const { empty, bare, tuned, typical, worker, api, deployed } = bench.variants;
  const others = deployed.filter((each) => each !== worker && each !== api);
  const measured = [empty, bare, typical, tuned, worker, api, ...others];
  bench.servers.setEndpoint({ latencyMs: 0 });
  bench.servers.setPartnerKeys(partnerKeysSecret(1));
  const samples = new Map(measured.map((variant) => [variant, { init: [] as number[], total: [] as number[] }]));
  // One round that does not count fills the file cache.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [variant, taken] of samples) await sample(variant, bench, round === 0 ? undefined : taken);
  }
  const floor = samples.get(empty) as Samples;
  const ratios = ({ init, total }: Samples) => [median(init) / median(floor.init), median(total) / median(floor.total)];
  const rows = [...samples].map(([variant, taken]) => [variant.name, codeKb(variant), ...ratios(taken)]);
  const noise = Math.max(spread(floor.init), spread(floor.total));
  const over = (variant: Variant, other: Variant) => {
    const [ours, theirs] = [variant, other].map((each) => median(samples.get(each)?.total ?? []));
    return (ours ?? 0) / (theirs ?? 0);
  };
  const goals = [
    { goal: 'worker: INIT and first invocation over tuned', value: over(worker, tuned), atMost: 1.15 },
    { goal: 'worker: INIT and first invocation over typical', value: over(worker, typical), atMost: 0.5 },
    { goal: 'worker: KB over tuned', value: codeKb(worker) / codeKb(tuned), atMost: 1.4 },
  ];
  return {
    title: 'Cold start, over the empty handler',
    columns: ['function', 'KB', 'INIT', 'INIT and first invocation'],
    rows,
    notes: [
      `Medians of ${ROUNDS} fresh processes each, in turns. The empty handler: INIT ${median(floor.init).toFixed(0)} ms, its middle half ${(noise * 100).toFixed(0)} % apart${noise > NOISY ? ': **noisy**, do not trust these ratios' : ''}.`,
    ],
    goals,
  };
}

async function sample(variant: Variant, { runtime, variants }: Bench, taken: Samples | undefined): Promise<void> {
  const execution = await startExecution(variant, runtime);
  taken?.init.push(execution.initMs);
  // The events of the others tell of more than one stand-in: an upload, a webhook's image.
  const { empty, bare, typical, tuned, worker, api } = variants;
  if (![empty, bare, typical, tuned, worker, api].includes(variant)) {
    return execution.stop();
  }
  const firstMs = await timed(execution, variant === api ? processCallEvent() : batchEvent(1));
  taken?.total.push(execution.initMs + firstMs);
  await execution.stop();
}
