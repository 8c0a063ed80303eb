import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { SynthesisedStack } from './references.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          directoryName: z.string().optional(),
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).optional(),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).optional(),
      Condition: z.string().optional(),
    }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .optional(),
});

const assetsSchema = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

/**
 * Every stack of a cloud assembly (`cdk.out`), those of nested assemblies (a `cdk.Stage` is one) included, with the
 * directories that its assets were bundled into.
 * @throws Error when the directory has no assembly, or one in another form
 */
export function readAssembly(directory: string): readonly SynthesisedStack[] {
  const { artifacts } = readJson(join(directory, 'manifest.json'), manifestSchema);
  const found = Object.entries(artifacts).map(([id, { type, properties = {} }]) => ({ id, type, ...properties }));
  const assets = Object.assign(
    {},
    ...found
      .filter(({ type }) => type === 'cdk:asset-manifest')
      .map(({ file }) => {
        return readAssets(join(directory, file ?? ''));
      }),
  );
  return found.flatMap(({ id, type, directoryName, templateFile, stackName }) => {
    if (type === 'cdk:cloud-assembly') return readAssembly(join(directory, directoryName ?? ''));
    if (type !== 'aws:cloudformation:stack') return [];
    return [{ name: stackName ?? id, template: readJson(join(directory, templateFile ?? ''), templateSchema), assets }];
  });
}

/** Directories by the key under which a deploy would store them: `<hash>.zip`. */
function readAssets(file: string): Readonly<Record<string, string>> {
  const { files } = readJson(file, assetsSchema);
  const directories = Object.entries(files).map(([hash, { source }]) => [
    `${hash}.zip`,
    resolve(dirname(file), source.path),
  ]);
  return Object.fromEntries(directories);
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not in the form that the local service reads: ${z.prettifyError(parsed.error)}`);
}
