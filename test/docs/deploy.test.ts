import { describe, expect, it } from 'vitest';
import { alarmsOf, metricsOfAlarm } from '../infra/support/metrics.ts';
import { stages } from '../infra/support/stages.ts';
import { resource, resourcesOf, templatesOfEveryStage } from '../infra/support/templates.ts';
import { readDocument, rowsOf } from './support/documents.ts';

const deploy = readDocument('docs/deploy.md');
const runbook = readDocument('docs/runbook.md');
const templates = Object.fromEntries(await templatesOfEveryStage());

it('each output that the guide has read is one of that stack', () => {
  const read = [...deploy.text.matchAll(/\boutput (storage|service|monitoring) (\w+)/g)].map(([, ...found]) => found);
  const { storage, service, monitoring } = templates.dev ?? expect.fail('there is no dev');
  const stacks = { storage, service, monitoring };
  const unknown = read.filter(([stack, name = '']) => !(name in (stacks[stack as 'storage']?.Outputs ?? {})));
  expect([read.length > 3, unknown]).toEqual([true, []]);
});

describe('concurrency', () => {
  const reserved = (stage: string) =>
    Object.values(resourcesOf(templates[stage]?.service ?? expect.fail(), 'AWS::Lambda::Function')).reduce(
      (sum, { Properties }) => sum + (Properties.ReservedConcurrentExecutions ?? 0),
      0,
    );

  it('is reserved by staging and production as the guide to deploying says, and not by dev', () => {
    const [, said] = /`staging` and `production` each reserve (\d+)/.exec(deploy.text) ?? [];
    expect([reserved('staging'), reserved('production')]).toEqual([Number(said), Number(said)]);
    expect(reserved('dev')).toBe(0);
  });

  it('suffices for dev in an account that has 10: so many begin at once', () => {
    const { workerConcurrency, apiThrottle, webhookThrottle } = stages.dev;
    const mappings = resourcesOf(templates.dev?.service ?? expect.fail(), 'AWS::Lambda::EventSourceMapping');
    const batches = Object.values(mappings).map(({ Properties }) => Properties.ScalingConfig.MaximumConcurrency);
    const sum = [...batches, apiThrottle.burst, webhookThrottle.burst].reduce((all, each) => all + each, 0);
    const said =
      /lets (\d+) calls of partners begin at once\s+and (\d+) more a second, its `webhookThrottle` (\d+) call/;
    expect(said.exec(deploy.text)?.slice(1).map(Number)).toEqual([
      apiThrottle.burst,
      apiThrottle.rate,
      webhookThrottle.burst,
    ]);
    const batchesSaid =
      /With (\d+) batches of the worker, (\d+) of callbacks and (\d+) of the dead letters that\s+is (\d+) of the 10/;
    expect(batchesSaid.exec(deploy.text)?.slice(1).map(Number)).toEqual([workerConcurrency, workerConcurrency, 2, sum]);
    expect(sum).toBeLessThanOrEqual(10);
  });

  it('is taken from all that brings requests, and put back as production has it', () => {
    const loops = [
      ...runbook.text.matchAll(/for each in ([\w ]+); do(?: concurrency "\$each" 0;|\n {2}aws lambda delete-)/g),
    ];
    const said = [...runbook.text.matchAll(/^concurrency (\w+) (\d+)$/gm)].map(([, name, count]) => [
      name,
      Number(count),
    ]);
    const service = templates.production?.service ?? expect.fail();
    const reservedBy = (name: string) =>
      resource(service, 'AWS::Lambda::Function', `${name}/Function`).Properties.ReservedConcurrentExecutions;
    expect(loops.map(([, names]) => names?.split(' '))).toEqual([
      ['ApiHandler', 'BatchApi', 'OrderApi', 'BatchFeeder'],
      ['ApiHandler', 'BatchApi', 'OrderApi', 'BatchFeeder'],
    ]);
    expect(said).toEqual(loops[0]?.[1]?.split(' ').map((name) => [name, reservedBy(name)]));
  });
});

describe('what a stage costs at rest', () => {
  const rows = rowsOf(deploy, /./);
  const row = (part: string) => rows.find(([cell = '']) => cell.includes(part)) ?? expect.fail(`no row of ${part}`);
  const production = templates.production ?? expect.fail('there is no production');
  const count = (type: string) =>
    Object.values(production).reduce((sum, stack) => sum + Object.keys(resourcesOf(stack, type)).length, 0);

  it('counts the alarms by their metrics, those of a rollout among them', () => {
    const alarms = Object.values(alarmsOf(production));
    const metrics = alarms.reduce((sum, alarm) => sum + metricsOfAlarm(alarm, production).length, 0);
    const ofRollout = count('AWS::CloudWatch::Alarm') - alarms.length;
    const [, counted = '', dollars] = row(') alarms');
    expect(counted.match(/\d+(\.\d+)?/g)).toEqual([String(metrics), '0.10', String(alarms.length), String(ofRollout)]);
    expect(dollars).toBe(((metrics + ofRollout) / 10).toFixed(2));
  });

  it.each([
    ['Secrets Manager', 'AWS::SecretsManager::Secret'],
    ['SQS', 'AWS::Lambda::EventSourceMapping'],
    ['dashboard', 'AWS::CloudWatch::Dashboard'],
    ['KMS', 'AWS::KMS::Key'],
  ])('counts of %s what the templates have', (part, type) => {
    expect(row(part)[1]).toMatch(new RegExp(`^${count(type)} `));
  });

  it('adds up', () => {
    const end = rows.findIndex(([cell = '']) => cell.startsWith('**a stage'));
    const begin = rows.findIndex(([cell = '']) => cell === 'part');
    const dollars = rows.slice(begin + 2, end).map((cells) => Number(cells[2]));
    const sum = dollars.reduce((all, each) => all + each, 0);
    expect(rows[end]?.[2]).toBe(`**${sum.toFixed(2)}**`);
  });
});
