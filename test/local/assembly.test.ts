import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAssembly } from '../../local/template/assembly.ts';
import { temporaryDirectory } from './support/temporary.ts';

async function writeJson(file: string, content: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(content));
}

it('reads the stacks of a nested assembly, with the directories of their bundles', async () => {
  const root = await temporaryDirectory();
  const nested = join(root, 'assembly-local');
  await mkdir(nested);
  await writeJson(join(root, 'manifest.json'), {
    version: '55',
    artifacts: {
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      'assembly-local': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-local' } },
    },
  });
  await writeJson(join(nested, 'manifest.json'), {
    version: '55',
    artifacts: {
      'x.assets': { type: 'cdk:asset-manifest', properties: { file: 'x.assets.json' } },
      x: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'x.template.json', stackName: 'reprocess-local-x' },
      },
    },
  });
  await writeJson(join(nested, 'x.assets.json'), { files: { abc: { source: { path: '../asset.abc' } } } });
  await writeJson(join(nested, 'x.template.json'), { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });

  expect(readAssembly(root)).toEqual([
    {
      name: 'reprocess-local-x',
      template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } },
      assets: { 'abc.zip': join(root, 'asset.abc') },
    },
  ]);
});

it('refuses a template in another form, and names the file', async () => {
  const root = await temporaryDirectory();
  await writeJson(join(root, 'manifest.json'), {
    artifacts: { x: { type: 'aws:cloudformation:stack', properties: { templateFile: 'x.json' } } },
  });
  await writeJson(join(root, 'x.json'), { Resources: [] });
  expect(() => readAssembly(root)).toThrow(`${join(root, 'x.json')} is not in the form that the local service reads`);
});
