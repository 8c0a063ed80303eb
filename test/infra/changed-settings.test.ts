import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/stages.ts';
import { createAppOf } from '../../infra/synthesise.ts';
import { readDocument, rowsOf } from '../docs/support/documents.ts';
import type { StackTemplate } from './support/templates.ts';

const outdir = mkdtempSync(join(tmpdir(), 'changed-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd';
const domain = { name: 'origin.team.test', certificateArn };
const deployment = { repository: 'team/reprocess' };
const full = { keepsData: true, alarmAddress: 'alarms@team.test', domain, deployment };

type Stacks = Readonly<Record<string, StackTemplate>>;

async function stacksWith(settings: object): Promise<Stacks> {
  const app = await createAppOf(parseStages({ team: settings }), { outdir, bundles: false });
  const { stacks } = (app.node.findChild('team') as Stage).synth();
  return Object.fromEntries(stacks.map(({ hierarchicalId, template }) => [hierarchicalId.split('/')[1], template]));
}

const exportsOf = (stacks: Stacks) =>
  new Set(
    Object.values(stacks).flatMap(({ Outputs = {} }) => Object.values(Outputs).map(({ Export }) => Export?.Name)),
  );
const importsOf = (template: StackTemplate | undefined) =>
  [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);

/** The stacks that use what the change takes away: CloudFormation refuses the change as long as they do. */
function inTheWay(before: Stacks, after: Stacks): readonly string[] {
  const kept = exportsOf(after);
  return Object.keys(before).filter((stack) => importsOf(before[stack]).some((name) => !kept.has(name)));
}

describe('a change of a setting in a stage that is deployed', async () => {
  const before = await stacksWith(full);
  const { domain: _, ...withoutDomain } = full;

  it.each([
    ['`console` to `off`', { ...full, console: 'off' }, ['monitoring', 'deployment']],
    ['`domain` taken out', withoutDomain, ['service']],
  ])(
    '%s begins with the stacks that the guide names, and they can be deployed alone',
    async (change, settings, first) => {
      const after = await stacksWith(settings);
      expect(inTheWay(before, after).toSorted()).toEqual(first.toSorted());
      const there = exportsOf(before);
      expect(first.flatMap((stack) => importsOf(after[stack])).filter((name) => !there.has(name))).toEqual([]);
      const [[, needs = ''] = []] = rowsOf(readDocument('docs/deploy.md'), /./).filter(([cell]) => cell === change);
      expect([...needs.matchAll(/`(\w+)` alone/g)].map(([, stack]) => stack)).toEqual(first);
    },
  );

  it('any other takes nothing away that another stack uses', async () => {
    const { alarmAddress: __, deployment: ___, ...fewer } = full;
    const after = await stacksWith({
      ...fewer,
      keepsData: false,
      rollout: 'all-at-once',
      console: 'read-only',
      dailyLimit: null,
      expectsWebhook: false,
      apiConcurrency: null,
      webhookConcurrency: null,
      uploadConcurrency: null,
    });
    expect(inTheWay(before, after).filter((stack) => stack !== 'deployment')).toEqual([]);
  });
});
