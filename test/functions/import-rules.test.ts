import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Import {
  readonly from: string;
  /** A path from the project's root, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** Loaded when it is called. */
  readonly isLazy: boolean;
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

const IMPORT = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? '';
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : target;
    return { from: file, to, typeOnly: match[1] !== undefined, isLazy: match[4] !== undefined };
  });
}

function violations(folder: string, isAllowed: (found: Import) => boolean): readonly string[] {
  return filesBelow(folder)
    .flatMap(importsOf)
    .filter((found) => !isAllowed(found))
    .map(({ from, to }) => `${from} imports ${to}`);
}

const within = (path: string, ...folders: readonly string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const isPackage = (path: string) => !path.includes('.ts');
const adapterOf = (path: string) => relative('functions/adapters', path).split('/')[0];
const NO_ENTRIES = ['core', 'adapters', 'lambda', 'composition'];
const ENTRIES = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !NO_ENTRIES.includes(entry.name))
  .map((entry) => join('functions', entry.name));

/** The files of a cycle, in the order in which they import each other; none where there is no cycle. */
function cycleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();

  function visit(file: string, path: readonly string[]): readonly string[] {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    done.add(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    return [];
  }

  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe('imports', () => {
  const folders = [
    'client',
    'cli',
    'console',
    'functions',
    'infra',
    'local',
    'operate',
    'chaos',
    'bench',
    'tools',
    'test',
  ];

  it('make no cycle, not even of types', () => {
    const imports = folders.flatMap(filesBelow).map((file) => [file, importsOf(file).map(({ to }) => to)] as const);
    expect(cycleIn(new Map(imports))).toEqual([]);
  });

  it('that make a cycle are found', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    expect(cycleIn(imports)).toEqual(['b', 'd', 'b']);
  });
});

describe('who may import whom', () => {
  it('core imports core, zod and pure hashing, and nothing that reaches outside', () => {
    const allowed = ['zod/mini', 'node:crypto'];
    expect(violations('functions/core', ({ to }) => within(to, 'functions/core') || allowed.includes(to))).toEqual([]);
  });

  it('an adapter imports its own folder, core, what keeps connections, node and its SDK, and no other adapter', () => {
    const isOwn = ({ from, to }: Import) => within(to, 'functions/adapters') && adapterOf(from) === adapterOf(to);
    const isSdk = (to: string) =>
      to.startsWith('@aws-sdk/client-') ||
      to.startsWith('node:') ||
      ['csv-parse/sync', 'ipaddr.js', '@aws-sdk/s3-request-presigner'].includes(to);
    const isShared = (to: string) => within(to, 'functions/core') || to === 'functions/adapters/connection-pool.ts';
    expect(violations('functions/adapters', (found) => isOwn(found) || isShared(found.to) || isSdk(found.to))).toEqual(
      [],
    );
  });

  it('what handlers share imports itself, core and types', () => {
    const isAllowed = ({ to, typeOnly }: Import) =>
      within(to, 'functions/core', 'functions/lambda') || (isPackage(to) && typeOnly);
    expect(violations('functions/lambda', isAllowed)).toEqual([]);
  });

  it.each(ENTRIES)('%s: only index.ts sees composition, environment and middy; no entry imports another', (entry) => {
    const isIndex = (file: string) => file === join(entry, 'index.ts');
    const wiring = [
      `functions/composition/${basename(entry).replace(/^(reprocess|autoenhance)-/, '')}.ts`,
      'functions/environment.ts',
      'functions/runtime.ts',
      'functions/upload-runtime.ts',
      'functions/batch-runtime.ts',
      '@middy/core',
    ];
    const shared = (found: Import) =>
      within(found.to, 'functions/core', 'functions/lambda', entry) || found.to === 'zod/mini';
    expect(
      violations(entry, (found) =>
        isIndex(found.from)
          ? shared(found) || wiring.includes(found.to)
          : shared(found) || (found.typeOnly && found.to === 'aws-lambda'),
      ),
    ).toEqual([]);
  });

  it('the worker loads nothing of batches, which would make each of its cold starts longer', () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const { to, typeOnly } of importsOf(file)) if (!typeOnly && !isPackage(to)) load(to);
    };
    load('functions/reprocess-worker/index.ts');
    expect(loaded.size).toBeGreaterThan(50);
    expect([...loaded].filter((file) => within(file, 'functions/core/batch'))).toEqual([]);
  });

  it('infra imports the types of the environment and of the names of metrics, and what bundles the page', () => {
    const seams = ['functions/environment.ts', 'functions/core/metric-names.ts'];
    const PAGE = 'console/build.ts';
    const isSeam = ({ to, typeOnly }: Import) => seams.includes(to) && typeOnly;
    expect(
      violations(
        'infra',
        (found) => within(found.to, 'infra') || isPackage(found.to) || isSeam(found) || found.to === PAGE,
      ),
    ).toEqual([]);
  });

  it('functions import no infra, local, tools or test; nothing imports test', () => {
    expect(violations('functions', ({ to }) => !within(to, 'infra', 'local', 'tools', 'test', 'bench'))).toEqual([]);
    expect(violations('infra', ({ to }) => !within(to, 'local', 'tools', 'test', 'bench'))).toEqual([]);
    expect(violations('local', ({ to }) => !within(to, 'test', 'bench'))).toEqual([]);
    expect(violations('tools', ({ to }) => !within(to, 'test', 'bench'))).toEqual([]);
  });

  it('client imports nothing but itself: whoever has it installs nothing else', () => {
    expect(violations('client', ({ to }) => within(to, 'client'))).toEqual([]);
    for (const folder of ['functions', 'infra', 'local', 'operate', 'chaos', 'bench']) {
      expect(violations(folder, ({ to }) => !within(to, 'client'))).toEqual([]);
    }
  });

  it('cli imports the client and packages, and loads what wants AWS credentials only when it is called', () => {
    const AWS = 'cli/src/aws';
    const isOwn = ({ to }: Import) => within(to, 'cli', 'client') && !within(to, AWS);
    const isLoaded = ({ to, isLazy }: Import) => to === `${AWS}/verbs.ts` && isLazy;
    const outside = violations('cli', (found) =>
      within(found.from, AWS) ? true : isOwn(found) || isLoaded(found) || isPackage(found.to),
    );
    expect(outside).toEqual([]);
    for (const folder of ['client', 'functions', 'infra', 'local', 'chaos', 'bench']) {
      expect(violations(folder, ({ to }) => !within(to, 'cli'))).toEqual([]);
    }
  });

  it('of the service cli imports what it calls things, and what it keeps them in, for AWS alone', () => {
    const NAMES = ['infra/names.ts', 'infra/context.ts', 'local/ports.ts', 'local/aws-clients.ts'];
    const isOfService = ({ to }: Import) =>
      within(to, 'functions/core', 'functions/adapters') || [...NAMES, 'local/template/identities.ts'].includes(to);
    const isOwn = ({ to }: Import) => within(to, 'cli', 'client') || isPackage(to);
    expect(violations('cli/src/aws', (found) => isOwn(found) || isOfService(found))).toEqual([]);
  });

  it('console imports the client and packages; its build script is for infra and tools, and all else for nobody', () => {
    const isAllowed = ({ to }: Import) => within(to, 'console', 'client') || isPackage(to);
    expect(violations('console', isAllowed)).toEqual([]);
    expect(importsOf('console/build.ts').filter(({ to }) => !isPackage(to))).toEqual([]);
    for (const folder of ['client', 'cli', 'functions', 'local', 'operate', 'chaos', 'bench']) {
      expect(violations(folder, ({ to }) => !within(to, 'console'))).toEqual([]);
    }
    expect(violations('tools', ({ to }) => !within(to, 'console') || to === 'console/build.ts')).toEqual([]);
  });

  it("operate imports functions, infra, local and cli, and nothing else imports it: a person's commands are no part of what runs", () => {
    const isAllowed = ({ to }: Import) => within(to, 'operate', 'functions', 'infra', 'local', 'cli') || isPackage(to);
    expect(violations('operate', isAllowed)).toEqual([]);
    for (const folder of ['functions', 'infra', 'local', 'chaos', 'bench']) {
      expect(violations(folder, ({ to }) => !within(to, 'operate'))).toEqual([]);
    }
  });

  it("the simulator's accounting has nothing of the code that it judges but types", () => {
    const isAllowed = ({ to, typeOnly }: Import) =>
      within(to, 'chaos') || to.startsWith('node:') || (within(to, 'functions') && typeOnly);
    expect(violations('chaos/accounting', isAllowed)).toEqual([]);
  });

  it('no file of the functions reads the clock, chance or the environment but where they are wired', () => {
    const wired = [
      'functions/runtime.ts',
      'functions/adapters/environment-credentials.ts',
      'functions/adapters/system-clock.ts',
    ];
    const reads = /Date\.now\(|Math\.random|process\.env|new Date\(\)/;
    const offenders = filesBelow('functions').filter((file) => reads.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(offenders.filter((file) => !wired.includes(file) && !file.endsWith('/index.ts'))).toEqual([]);
  });
});
