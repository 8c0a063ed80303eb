import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readContext } from '../../infra/context.ts';
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

/** The settings that a deploy of production would take. What templates make of settings is for other tests. */
function settingsIn(folder: string) {
  const script = `import { settingsOf } from './infra/stages.ts';
    const { alarmAddress, dailyLimit } = settingsOf('production');
    console.log(JSON.stringify({ alarmAddress, dailyLimit }));`;
  const { stdout, stderr } = runIn(folder, ['--input-type=module', '-e', script]);
  return stdout === '' ? expect.fail(stderr) : JSON.parse(stdout);
}

describe("a team's own settings", () => {
  it('outlive an upgrade and the way back, also where the release has another default', () => {
    // Git takes its time for each file, and no other is read.
    const project = copyOfProject(['infra', 'cdk.json', 'package.json']);
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
    expect(settingsIn(team)).toEqual({ alarmAddress: 'alarms@team.test', dailyLimit: 500 });

    const file = join(project, 'infra/stages.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('.default(500)', '.default(700)'));
    commit(project, 'the next release');
    git(team, 'pull', '--no-rebase', '--no-edit');
    expect(settingsIn(team)).toEqual({ alarmAddress: 'alarms@team.test', dailyLimit: 700 });

    git(team, 'checkout', deployed);
    expect(settingsIn(team)).toEqual({ alarmAddress: 'alarms@team.test', dailyLimit: 500 });
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
  it('is read from where the CLI reads it: cdk.json before cdk.context.json before ~/.cdk.json, and what the CLI hands on before both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'context-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const home = join(folder, 'home');
    mkdirSync(home);
    vi.stubEnv('CDK_CONTEXT_JSON', undefined);
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    const write = (file: string, content: object) => writeFileSync(join(folder, file), JSON.stringify(content));
    const stages = (name: string) => ({ stages: { [name]: { keepsData: false } } });
    write('cdk.json', { app: 'node infra/app.ts' });
    write('home/.cdk.json', { context: stages('of-person') });
    expect(readContext(folder)).toEqual(stages('of-person'));
    write('cdk.context.json', stages('of-context'));
    expect(readContext(folder)).toEqual(stages('of-context'));
    write('cdk.json', { app: 'node infra/app.ts', context: stages('of-project') });
    expect(readContext(folder)).toEqual(stages('of-project'));
    vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify(stages('of-cli')));
    expect(readContext(folder)).toEqual(stages('of-cli'));
  });
});
