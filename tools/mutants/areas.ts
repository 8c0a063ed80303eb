import { API } from './list/api.ts';
import { AUTOENHANCE } from './list/autoenhance.ts';
import { BATCHES } from './list/batches.ts';
import { BUDGET } from './list/budget.ts';
import { COMPLETION } from './list/completion.ts';
import { INFRA } from './list/infra.ts';
import { LEDGER } from './list/ledger.ts';
import { OUTCOME } from './list/outcome.ts';
import { PROCESSING } from './list/processing.ts';
import { QUEUES } from './list/queues.ts';
import { SIMULATOR } from './list/simulator.ts';
import type { Area } from './mutant.ts';

export const AREAS: readonly Area[] = [
  { name: 'processing', mutants: PROCESSING },
  { name: 'outcome', mutants: OUTCOME },
  { name: 'ledger', mutants: LEDGER },
  { name: 'budget', mutants: BUDGET },
  { name: 'queues', mutants: QUEUES },
  { name: 'autoenhance', mutants: AUTOENHANCE },
  { name: 'api', mutants: API },
  { name: 'batches', mutants: BATCHES },
  { name: 'completion', mutants: COMPLETION },
  { name: 'infra', mutants: INFRA },
  { name: 'simulator', mutants: SIMULATOR },
];
