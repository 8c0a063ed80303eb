import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const ENVIRONMENT_CREDENTIALS = join(FUNCTIONS, 'environment-credentials.ts');
const DYNAMO_COMMANDS = join(FUNCTIONS, 'dynamo-commands.ts');

// Lambda ends INIT, and takes most of the CPU away, when the file that it loads has been run. Only an ES module can make it
// wait; an entry that prepares something exports a promise, `ready`, that never rejects. What `init.mjs` requires stays
// CommonJS.
const INIT = `import { createRequire } from 'node:module';
const { handler, ready } = createRequire(import.meta.url)('./index.js');
await ready;
export { handler };
`;

/** For Lambda's setting "handler". */
export const HANDLER = 'init.handler';

/**
 * An entry's code (the `index.ts` in its folder and all that it imports) as a single file, `index.js`, and `init.mjs`, which
 * Lambda loads. The asset is named by the hash of what comes out, so that a deploy changes a function only when its bundle
 * changed.
 */
export function bundledEntry(folder: string): Code {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never pulled: the local bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('no-image-is-used'),
      local: {
        tryBundle(outputFolder) {
          bundle(join(folder, 'index.ts'), join(outputFolder, 'index.js'));
          writeFileSync(join(outputFolder, 'init.mjs'), INIT);
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
      // An ES module's `import` of node:https loads the whole of undici at a cold start; `require` does not.
      format: 'cjs',
      // The SDK imports parts of itself dynamically; as `require` that costs the first call 35 ms less.
      supported: { 'dynamic-import': false },
      // Packages that come as both: esbuild can drop what is unused only from ES modules.
      mainFields: ['module', 'main'],
      alias: {
        '@aws-sdk/credential-provider-node': ENVIRONMENT_CREDENTIALS,
        '@aws-sdk/client-dynamodb': DYNAMO_COMMANDS,
      },
      // Half of what is loaded at a cold start. A stack trace loses the names of our functions for it; errors keep theirs,
      // which are properties.
      minify: true,
      legalComments: 'none',
      logLevel: 'warning',
    });
  } catch (cause) {
    throw new Error(`the entry could not be bundled: ${entryPoint}`, { cause });
  }
}
