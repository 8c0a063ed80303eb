import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundle } from '../infra/constructs/bundled-entry.ts';
import type { TablePlan } from '../local/service-plan.ts';
import { synthesiseLocalStage } from '../local/synthesis.ts';
import { readAssembly } from '../local/template/assembly.ts';
import { planService } from '../local/template.ts';
import type { Variant } from './function/execution.ts';
import type { Servers } from './servers/servers.ts';

const ANCHORS = join(import.meta.dirname, 'anchors');
const BUILT = join(import.meta.dirname, '../.cache/bench');

/** Ours and the anchors; all of them see the same servers, and the same variables as the deployed worker. */
export interface Variants {
  readonly worker: Variant;
  /** The worker of an account with a daily limit. */
  readonly limited: Variant;
  readonly api: Variant;
  readonly batchApi: Variant;
  readonly uploadTrigger: Variant;
  readonly webhook: Variant;
  readonly deadLetters: Variant;
  /** Every function that would be deployed. */
  readonly deployed: readonly Variant[];
  readonly empty: Variant;
  /** One POST a record. */
  readonly post: Variant;
  /** Three https calls. */
  readonly bare: Variant;
  /** The worker's calls over the same libraries, by hand: what these allow at best. */
  readonly tuned: Variant;
  readonly typical: Variant;
  readonly naive: Variant;
  /** The ledger, as the template has it. */
  readonly tables: readonly TablePlan[];
}

/** Builds everything: what is ours as a deploy would, the anchors from the same lockfile. */
export async function buildVariants({ addresses, certificate }: Servers): Promise<Variants> {
  const assembly = readAssembly(await synthesiseLocalStage());
  const { functions, tables } = planService(assembly, { sqs: addresses.sqs, api: 'https://127.0.0.1' });
  const reach = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_SQS: addresses.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: addresses.secretsManager,
    AUTOENHANCE_BASE_URL: addresses.endpoint,
    NODE_EXTRA_CA_CERTS: certificate,
  };
  // The cap on calls a second is a wait that is wanted; measured is what the function itself needs. The anchors know no daily limit.
  const uncapped = { CALLS_PER_SECOND: '1000000', DAILY_LIMIT: 'none' };
  const deployed = functions.map(({ name, bundle, handler, environment, memoryMb }) => {
    const own = { ...environment, ...reach, AWS_LAMBDA_FUNCTION_NAME: name, ...uncapped };
    return { name: shortName(name), folder: bundle, handler, environment: own, memoryMb };
  });
  const worker = named(deployed, 'worker');
  rmSync(BUILT, { recursive: true, force: true });
  mkdirSync(BUILT, { recursive: true });
  // Lambda finds no package.json around a bundle and takes it for CommonJS.
  writeFileSync(join(BUILT, 'package.json'), '{}');
  const anchor = (name: string, format: 'cjs' | 'esm') => {
    return { ...worker, name, folder: buildAnchor(name, format), handler: 'index.handler' };
  };
  const tuned = join(BUILT, 'tuned');
  bundle(join(ANCHORS, 'tuned.ts'), join(tuned, 'index.mjs'));
  return {
    worker,
    limited: {
      ...worker,
      name: 'worker, daily limit',
      environment: { ...worker.environment, DAILY_LIMIT: '1000000000' },
    },
    api: named(deployed, 'api'),
    batchApi: named(deployed, 'batchapi'),
    uploadTrigger: named(deployed, 'uploadtrigger'),
    webhook: named(deployed, 'webhook'),
    deadLetters: named(deployed, 'deadletters'),
    deployed,
    empty: anchor('empty', 'cjs'),
    post: anchor('post', 'cjs'),
    bare: anchor('bare', 'cjs'),
    tuned: { ...worker, name: 'tuned', folder: tuned },
    typical: anchor('typical', 'esm'),
    naive: anchor('naive', 'esm'),
    tables,
  };
}

/** All the code in a variant's folder, in KB; its source map is read only for an error. */
export function codeKb({ folder }: Variant): number {
  const files = readdirSync(folder).filter((file) => !file.endsWith('.map'));
  const sizes = files.map((file) => statSync(join(folder, file)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

function buildAnchor(name: string, format: 'cjs' | 'esm'): string {
  const folder = join(BUILT, name);
  mkdirSync(folder, { recursive: true });
  const isModule = format === 'esm';
  buildSync({
    entryPoints: [join(ANCHORS, `${name}.ts`)],
    outfile: join(folder, isModule ? 'index.mjs' : 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format,
    // Some of the SDK's packages are CommonJS and call `require`.
    ...(isModule && { banner: { js: REQUIRE } }),
  });
  return folder;
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** `reprocess-local-service-ApiHandlerFunction73BB96D1` → `api`. */
function shortName(name: string): string {
  return (/-service-(\w+?)(?:Handler)?Function\w{8}$/.exec(name)?.[1] ?? name).toLowerCase();
}

function named(variants: readonly Variant[], name: string): Variant {
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`no function is called ${name}: ${variants.map((each) => each.name)}`);
  return found;
}
