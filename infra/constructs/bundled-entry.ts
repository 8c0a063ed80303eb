import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
/** Half of what the SDK would be: Lambda hands credentials over in the environment, and no other source is needed. */
const CREDENTIALS = join(ROOT, 'functions/adapters/environment-credentials.ts');
/** Finds the frames of an error's stack in the map. Runs before all else. */
const LOCATED_STACKS = join(ROOT, 'functions/adapters/telemetry/located-stacks.ts');

// The SDK asks for it when a service answers with a stream of events. Of ours only S3 can; in the other bundles it would keep
// esbuild from dropping what is unused of all that it imports, which is a tenth of INIT.
const STREAMS = '@smithy/core/event-streams';
const STREAMING: readonly string[] = ['upload-trigger', 'batch-feeder', 'batch-api', 'order-api'];

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
 * @param addFiles puts further files into the folder that it is given, beside the bundle
 */
export function bundledEntry(folder: string, addFiles: (outputFolder: string) => void = () => {}): Code {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never pulled: the local bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('no-image-is-used'),
      local: {
        tryBundle(outputFolder) {
          bundle(join(folder, 'index.ts'), join(outputFolder, 'index.mjs'));
          addFiles(outputFolder);
          return true;
        },
      },
    },
  });
}

/** Used by itself for what is measured beside the functions. @throws Error that names the entry, after esbuild has printed what it found */
export function bundle(entryPoint: string, outfile: string): void {
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
      external: STREAMING.includes(basename(dirname(entryPoint))) ? [] : [STREAMS],
      alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
      // Half of what is loaded at a cold start. Errors keep their names, which are properties; their stacks get those of
      // functions from the map. The bundle does not name the map, so that nobody loads it before there is an error.
      minify: true,
      sourcemap: 'external',
      sourcesContent: false,
      inject: [LOCATED_STACKS],
      legalComments: 'none',
      logLevel: 'warning',
      // A name that the SDK imports and the credentials' file has not must not wait for its call.
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
