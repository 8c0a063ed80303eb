import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RELEASED_STAGES } from '../support/released-stages.ts';
import { copyOfProject, runIn, writeStages } from './support/project-copy.ts';

const ROOT = join(import.meta.dirname, '../..');

function git(folder: string, ...args: readonly string[]): string {
  const settings = ['user.name=team', 'user.email=team@example.com', 'commit.gpgsign=false', 'init.defaultBranch=main'];
  const all = [...settings.flatMap((setting) => ['-c', setting]), ...args];
  const { status, stdout, stderr } = spawnSync('git', all, { cwd: folder, encoding: 'utf8' });
  expect(status, `git ${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
  return stdout.trim();
}

function commit(folder: string, message: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** What a deploy of production would make of the settings, and of what a release changes. */
function synthesised(folder: string) {
  const script = `import { createApp } from './infra/synthesise.ts';
    const app = await createApp({ stage: 'production', outdir: 'out', bundles: false });
    const { stacks } = app.node.findChild('production').synth();
    const all = Object.assign({}, ...stacks.map(({ template }) => template.Resources));
    const of = (type) => Object.values(all).filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
    const [{ Endpoint }] = of('AWS::SNS::Subscription');
    const limits = of('AWS::Lambda::Function').map(({ Environment }) => Environment?.Variables.DAILY_LIMIT);
    console.log(JSON.stringify({ address: Endpoint, dailyLimit: limits.find((limit) => limit !== undefined) }));`;
  const { stdout, stderr } = runIn(folder, ['--input-type=module', '-e', script]);
  return stdout === '' ? expect.fail(stderr) : JSON.parse(stdout);
}

describe("a team's own settings", () => {
  it('outlive an upgrade and the way back, also where the release has another default', { timeout: 180_000 }, () => {
    const project = copyOfProject();
    writeFileSync(join(project, '.gitignore'), 'node_modules\nout\n');
    writeStages(project, RELEASED_STAGES);
    git(project, 'init');
    commit(project, 'the first release');

    const team = join(project, 'out/team');
    git(project, 'clone', project, team);
    symlinkSync(join(ROOT, 'node_modules'), join(team, 'node_modules'));
    const production = { ...RELEASED_STAGES.production, alarmAddress: 'alarms@team.test' };
    writeStages(team, { ...RELEASED_STAGES, production });
    const deployed = commit(team, 'our settings');
    expect(synthesised(team)).toEqual({ address: 'alarms@team.test', dailyLimit: '500' });

    const file = join(project, 'infra/stages.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('.default(500)', '.default(700)'));
    commit(project, 'the next release');
    git(team, 'pull', '--no-rebase', '--no-edit');
    expect(synthesised(team)).toEqual({ address: 'alarms@team.test', dailyLimit: '700' });

    git(team, 'checkout', deployed);
    expect(synthesised(team)).toEqual({ address: 'alarms@team.test', dailyLimit: '500' });
  });

  it('are all that cdk.json holds, so that no release has a reason to change it', () => {
    const { app, context, ...more } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
    expect([app, Object.keys(context), more]).toEqual(['node infra/app.ts', ['stages'], {}]);
  });

  const { stages } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;
  const isReleased = stages.production?.alarmAddress === RELEASED_STAGES.production.alarmAddress;
  it.runIf(isReleased)('are those of the tests and the documents as long as nobody has changed them', () => {
    expect(stages).toEqual(RELEASED_STAGES);
  });
});

describe('the context', () => {
  const namesIn = (folder: string, environment: NodeJS.ProcessEnv = {}) => {
    const script = "import { stageNames } from './infra/stages.ts'; console.log(stageNames.join());";
    return runIn(folder, ['--input-type=module', '-e', script], environment).stdout.trim();
  };

  it('is read from where the CLI reads it: cdk.json before cdk.context.json before ~/.cdk.json, and what the CLI hands on before both', () => {
    const folder = copyOfProject();
    const stages = (name: string) => ({ [name]: { keepsData: false } });
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node infra/app.ts' }));
    const home = { HOME: join(folder, 'home') };
    mkdirSync(home.HOME);
    writeFileSync(join(home.HOME, '.cdk.json'), JSON.stringify({ context: { stages: stages('of-person') } }));
    expect(namesIn(folder, home)).toBe('of-person,local');
    writeFileSync(join(folder, 'cdk.context.json'), JSON.stringify({ stages: stages('of-context') }));
    expect(namesIn(folder, home)).toBe('of-context,local');
    writeStages(folder, stages('of-project'));
    expect(namesIn(folder)).toBe('of-project,local');
    expect(namesIn(folder, { CDK_CONTEXT_JSON: JSON.stringify({ stages: stages('of-cli') }) })).toBe('of-cli,local');
  });
});
