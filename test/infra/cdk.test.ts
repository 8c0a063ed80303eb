import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdkCommand } from '../../infra/cdk-command.ts';
import { checkDeployable } from '../../infra/stages.ts';
import { lastingCopy, runIn } from './support/project-copy.ts';

const CDK = join(import.meta.dirname, '../../infra/cdk.ts');
const run = (...words: readonly string[]) => spawnSync(process.execPath, [CDK, ...words], { encoding: 'utf8' });

describe.each(['deploy', 'diff'] as const)('npm run %s', (action) => {
  it('runs the pinned CLI for every stack of that stage, synthesised alone', () => {
    const { args, env } = cdkCommand(action, ['dev']);
    const [cli, ...words] = args;
    expect(existsSync(String(cli))).toBe(true);
    expect(words).toEqual([action, 'dev/*']);
    expect(env).toEqual({ REPROCESS_STAGE: 'dev' });
  });

  it('hands further options to the CLI', () => {
    expect(cdkCommand(action, ['staging', '--require-approval', 'never']).args.slice(1)).toEqual([
      action,
      'staging/*',
      '--require-approval',
      'never',
    ]);
  });

  it('uses the profile that the CLI is given for what runs afterwards too', () => {
    for (const words of [
      ['--stage', 'dev', '--profile', 'team'],
      ['dev', '--profile=team'],
    ]) {
      expect(cdkCommand(action, words).env).toEqual({ REPROCESS_STAGE: 'dev', AWS_PROFILE: 'team' });
    }
  });

  it('takes the stage by --stage, wherever it stands', () => {
    const expected = [action, 'dev/*', '--require-approval', 'never'];
    for (const words of [
      ['--stage', 'dev', '--require-approval', 'never'],
      ['--require-approval', 'never', '--stage=dev'],
      ['--stage=dev', '--require-approval', 'never'],
    ]) {
      expect(cdkCommand(action, words).args.slice(1)).toEqual(expected);
    }
  });

  it('shows its usage when asked, and runs nothing', () => {
    const { status, stderr, stdout } = run(action, '--stage', 'nowhere', '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`npm run ${action} -- --stage STAGE [options of cdk ${action}]`);
    expect(stdout).toContain('one of dev, staging, production');
  });

  it(`${action === 'deploy' ? 'deletes' : 'leaves'} old versions of the functions afterwards`, () => {
    const [program = '', ...words] = cdkCommand(action, ['dev']).afterwards ?? [];
    expect([existsSync(program), words]).toEqual(action === 'deploy' ? [true, ['dev']] : [false, []]);
    expect(cdkCommand(action, ['dev', '--help'])).not.toHaveProperty('afterwards');
  });

  it.each([
    [['prod'], 'stage must be one of dev, staging, production, got "prod"'],
    [[], 'stage must be one of dev, staging, production, got nothing'],
    [['--stage'], 'stage must be one of dev, staging, production, got nothing'],
    [['--stage', 'dev', 'staging'], 'the stage must be named once, got "dev" and "staging"'],
    [['local'], 'the stage local runs on one machine only: npm start runs it'],
  ])('has no command, given %j', (words, message) => {
    expect(() => cdkCommand(action, words)).toThrow(expect.objectContaining({ name: 'UnknownStage', message }));
  });

  it('ends with the one sentence of a refusal instead', () => {
    const { status, stderr, stdout } = run(action, 'local');
    const sentence = 'the stage local runs on one machine only: npm start runs it';
    expect([status, stderr.trim(), stdout]).toEqual([2, sentence, '']);
  });
});

it('a context that cannot be read ends a command with one sentence', () => {
  const env = { ...process.env, CDK_CONTEXT_JSON: '{' };
  const { status, stderr } = spawnSync(process.execPath, [CDK, 'diff', 'dev'], { encoding: 'utf8', env });
  expect([status, stderr.trim().split('\n')]).toEqual([1, [expect.stringMatching(/^CDK_CONTEXT_JSON must be JSON: /)]]);
});

it('npm run synth synthesises nothing when it is given an option, and says that it takes none', () => {
  const synth = join(import.meta.dirname, '../../infra/synth.ts');
  const { status, stderr, stdout } = spawnSync(process.execPath, [synth, '--stage', 'dev'], { encoding: 'utf8' });
  expect([status, stderr, stdout]).toEqual([2, 'npm run synth takes no options, got --stage\n', '']);
  const help = spawnSync(process.execPath, [synth, '--help'], { encoding: 'utf8' });
  expect([help.status, help.stderr, help.stdout.split('\n')[0]]).toEqual([0, '', 'npm run synth']);
});

describe('the example of an alarm address', () => {
  it('is not deployed to production', () => {
    const { status, stderr, stdout } = run('deploy', 'production');
    const sentence =
      'production.alarmAddress is "alarms@example.com", where no mail arrives: write the address of whoever acts on alarms into cdk.json';
    expect([status, stderr.trim(), stdout]).toEqual([1, sentence, '']);
  });

  it('stands in the way of no look at what a deploy would change', () => {
    expect(cdkCommand('diff', ['production']).args.slice(1)).toEqual(['diff', 'production/*']);
  });

  it.each(['a@example.com', 'a@mail.example.org', 'a@host.test', 'a@firm.invalid', 'a@Example.COM'])(
    '%s is one',
    (alarmAddress) => {
      expect(() => checkDeployable('dev', { alarmAddress })).toThrow(`dev.alarmAddress is "${alarmAddress}"`);
    },
  );

  it.each(['a@example.com.eu', 'a@myexample.com', 'a@test.com', undefined])('%s is none', (alarmAddress) => {
    expect(() => checkDeployable('dev', { alarmAddress })).not.toThrow();
  });
});

describe('a deploy', () => {
  let folder: string;
  beforeAll(() => {
    folder = lastingCopy();
    const modules = join(folder, 'node_modules');
    const real = realpathSync(modules);
    rmSync(modules);
    mkdirSync(join(modules, 'aws-cdk/bin'), { recursive: true });
    for (const name of readdirSync(real).filter((each) => each !== 'aws-cdk')) {
      symlinkSync(join(real, name), join(modules, name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Deploys with another program as the CLI. */
  function deployWith(cli: string, ...options: readonly string[]) {
    writeFileSync(join(folder, 'node_modules/aws-cdk/bin/cdk'), cli);
    const environment = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'eu-west-1',
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    };
    return runIn(folder, ['infra/cdk.ts', 'deploy', 'dev', ...options], environment);
  }

  it('that succeeded has succeeded, also when old versions could not be deleted', () => {
    const cli = 'console.log(process.env.REPROCESS_STAGE, process.argv.slice(2).join(" "));';
    const { status, stdout, stderr } = deployWith(cli);
    expect([status, stdout]).toEqual([0, 'dev deploy dev/*\n']);
    expect(stderr).toMatch(/credentials.*\nthe stage is deployed; old versions of functions were left behind\n$/i);
  });

  it('deletes old versions by the profile that it was given', () => {
    writeFileSync(join(folder, 'credentials'), '[team]\naws_access_key_id = a\naws_secret_access_key = b\n');
    const { stderr } = deployWith('', '--profile', 'team');
    expect(stderr).toMatch(/^nothing listens on 127\.0\.0\.1:1/);
  });

  it('that is killed has failed', () => {
    expect(deployWith('process.kill(process.pid, "SIGKILL");').status).toBe(1);
  });

  it('finds the Node that runs it before any other', () => {
    const { stdout } = deployWith('console.log(process.env.PATH.split(":")[0]); process.exitCode = 1;');
    expect(stdout).toBe(`${dirname(process.execPath)}\n`);
  });

  it('that failed ends as the CLI did, and deletes nothing', () => {
    const { status, stdout, stderr } = deployWith('process.exitCode = 3;');
    expect([status, stdout, stderr]).toEqual([3, '', '']);
  });
});
