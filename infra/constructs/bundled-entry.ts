import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
const FUNCTIONS = join(ROOT, 'functions');
/** Finds the frames of an error's stack in the map. Runs before all else. */
const LOCATED_STACKS = join(FUNCTIONS, 'adapters/telemetry/located-stacks.ts');
/** What stands in the place of a package, below functions/aws. */
const STAND_INS = {
  '@aws-sdk/credential-provider-node': 'environment-credentials.ts',
  '@aws-sdk/client-dynamodb': 'dynamo-commands.ts',
};
/** Packages of which our clients have no use: left-out.ts stands in the place of all. */
const LEFT_OUT = [
  '@smithy/node-http-handler',
  '@aws-sdk/core/client',
  '@aws-sdk/core/httpAuthSchemes',
  '@aws-sdk/core/protocols',
  '@smithy/core/config',
  '@smithy/core/endpoints',
  '@smithy/core/protocols',
  '@smithy/core/retry',
  '@smithy/core/schema',
  '@smithy/core/serde',
  '@smithy/core/checksum',
];
/** S3 answers with streams, and wants more of a signature. */
const WITH_THE_WHOLE_SDK = ['upload-trigger'];

// Lambda ends INIT, and takes most of the CPU away, when the file that it loads has been run. Only an ES module can make it
// wait; an entry that prepares something exports a promise, `ready`, that never rejects. An ES module's `import` of node:https
// or the like prepares more than it needs (of node:http the whole of undici), so that what is inside stays CommonJS.
const BEFORE = 'const module = {}; ((module, require) => {';
const AFTER = `})(module, process.getBuiltinModule);
await module.exports.ready;
export const { handler } = module.exports;`;

/** For Lambda's setting "handler". */
export const HANDLER = 'index.handler';

/**
 * An entry's code (the `index.ts` in its folder and all that it imports) as a single file, `index.mjs`, and its source map. The
 * asset is named by the hash of what comes out, so that a deploy changes a function only when its bundle or a line's number changed.
 */
export function bundledEntry(folder: string): Code {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never pulled: the local bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('no-image-is-used'),
      local: {
        tryBundle(outputFolder) {
          bundle(join(folder, 'index.ts'), join(outputFolder, 'index.mjs'));
          return true;
        },
      },
    },
  });
}

/** @throws Error that names the entry, after esbuild has printed what it found */
function bundle(entryPoint: string, outfile: string): void {
  try {
    buildSync({
      entryPoints: [entryPoint],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      banner: { js: BEFORE },
      footer: { js: AFTER },
      // The SDK imports parts of itself dynamically; as `require` that costs the first call 35 ms less.
      supported: { 'dynamic-import': false },
      // Packages that come as both: esbuild can drop what is unused only from ES modules.
      mainFields: ['module', 'main'],
      ...sdkOf(basename(dirname(entryPoint))),
      // Half of what is loaded at a cold start. Errors keep their names, which are properties; their stacks get theirs from the
      // map. The bundle does not name it, so that nobody loads it before there is an error.
      minify: true,
      sourcemap: 'external',
      sourcesContent: false,
      inject: [LOCATED_STACKS],
      legalComments: 'none',
      logLevel: 'warning',
      // A name that is missing from what stands in for the SDK must not wait for its call.
      logOverride: { 'import-is-undefined': 'error' },
    });
    nameSourcesFromRoot(outfile);
  } catch (cause) {
    throw new Error(`the entry could not be bundled: ${entryPoint}`, { cause });
  }
}

/** esbuild names sources from the bundle's folder, which is another on every machine, and would be in the asset's hash. */
function nameSourcesFromRoot(outfile: string): void {
  const map = JSON.parse(readFileSync(`${outfile}.map`, 'utf8'));
  const sources = map.sources.map((source: string) => relative(ROOT, join(dirname(outfile), source)));
  writeFileSync(`${outfile}.map`, JSON.stringify({ ...map, sources }));
}

/** How much of the SDK an entry gets. */
function sdkOf(entry: string) {
  const isWhole = WITH_THE_WHOLE_SDK.includes(entry);
  const leftOut = isWhole ? [] : LEFT_OUT.map((name) => [name, 'left-out.ts'] as const);
  return {
    alias: Object.fromEntries(
      [...Object.entries(STAND_INS), ...leftOut].map(([name, file]) => [name, join(FUNCTIONS, 'aws', file)]),
    ),
    // Imported dynamically, and never, by services without streams of events. In the bundle it would keep esbuild from
    // dropping what is unused of all that it imports.
    external: isWhole ? [] : ['@smithy/core/event-streams'],
  };
}
