import { API } from './list/api.ts';
import { AUTOENHANCE } from './list/autoenhance.ts';
import { BATCHES } from './list/batches.ts';
import { BUDGET } from './list/budget.ts';
import { CALLBACKS } from './list/callbacks.ts';
import { CLI } from './list/cli.ts';
import { CLIENT } from './list/client.ts';
import { COMPLETION } from './list/completion.ts';
import { CONSOLE_SERVER } from './list/console.ts';
import { INFRA } from './list/infra.ts';
import { LEDGER } from './list/ledger.ts';
import { LIMITS_OF_PARTNERS } from './list/limits.ts';
import { ORDERS } from './list/orders.ts';
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
  { name: 'limits', mutants: LIMITS_OF_PARTNERS },
  { name: 'queues', mutants: QUEUES },
  { name: 'autoenhance', mutants: AUTOENHANCE },
  { name: 'api', mutants: API },
  { name: 'batches', mutants: BATCHES },
  { name: 'orders', mutants: ORDERS },
  { name: 'completion', mutants: COMPLETION },
  { name: 'callbacks', mutants: CALLBACKS },
  { name: 'console', mutants: CONSOLE_SERVER },
  { name: 'client', mutants: CLIENT },
  { name: 'cli', mutants: CLI },
  { name: 'infra', mutants: INFRA },
  { name: 'simulator', mutants: SIMULATOR },
];
