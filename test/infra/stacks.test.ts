import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../../infra/stages.ts';
import { createApp } from '../../infra/synthesise.ts';

const outdir = mkdtempSync(join(tmpdir(), 'stacks-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const app = await createApp({ outdir, bundles: false });
const stages = app.node.children
  .filter(Stage.isStage)
  .map((stage) => [stage.stageName, stage.synth().stacks.toSorted((a, b) => (a.id < b.id ? -1 : 1))] as const);

describe.each(stages)('the stacks of %s', (stage, stacks) => {
  const { keepsData } = settingsOf(stage);

  it(`are ${keepsData ? 'all protected from being deleted by mistake' : 'not protected, since nothing is kept'}`, () => {
    expect(stacks.map(({ stackName, terminationProtection }) => [stackName, terminationProtection])).toEqual(
      ['monitoring', 'service', 'storage'].map((stack) => [`reprocess-${stage}-${stack}`, keepsData]),
    );
  });

  it('hand on to their resources which project, stage and version they are of', () => {
    const { name, version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    for (const { tags } of stacks) expect(tags).toEqual({ project: name, stage, version });
  });
});
