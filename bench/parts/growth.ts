import type { Bench } from '../bench.ts';
import { growingBacklogs } from '../growth/backlog.ts';
import { growingContainer } from '../growth/container.ts';
import { drainAtLimit } from '../growth/drain.ts';
import { growingMemory } from '../growth/memory.ts';
import { growingPartners } from '../growth/partners.ts';
import type { Report } from '../report.ts';

/** Cost as the work grows. */
export async function measureGrowth(bench: Bench): Promise<Report> {
  const measured = [
    await growingContainer(bench),
    await growingPartners(bench),
    await growingMemory(bench),
    await drainAtLimit(bench),
    await growingBacklogs(bench),
  ];
  return {
    title: 'Growth',
    columns: ['what grows', 'how far', 'measured', 'unit'],
    rows: measured.flatMap(({ rows }) => rows),
    goals: measured.flatMap(({ goals = [] }) => goals),
    notes: bench.full ? [] : ['Sizes that fit into five minutes; `npm run bench -- growth --full` goes on to 100,000.'],
  };
}
