import { buildCli } from './build.ts';

await buildCli();
