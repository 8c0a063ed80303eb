import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployCommand } from '../../infra/deploy-command.ts';

describe('deploying a stage', () => {
  it('runs the pinned CLI for both stacks of that stage, synthesised alone', () => {
    const { args, env } = deployCommand(['dev']);
    const [cli, ...words] = args;
    expect(existsSync(String(cli))).toBe(true);
    expect(words).toEqual(['deploy', 'dev/*']);
    expect(env).toEqual({ REPROCESS_STAGE: 'dev' });
  });

  it('hands further options to the CLI', () => {
    expect(deployCommand(['production', '--require-approval', 'never']).args.slice(1)).toEqual([
      'deploy',
      'production/*',
      '--require-approval',
      'never',
    ]);
  });

  it.each([
    [['prod'], 'stage must be one of dev, staging, production, got "prod"'],
    [[], 'stage must be one of dev, staging, production, got nothing'],
    [['local'], 'the stage local runs on one machine only: npm start runs it'],
  ])('ends with one clear sentence instead, given %j', (words, message) => {
    const deploy = join(import.meta.dirname, '../../infra/deploy.ts');
    const { status, stderr, stdout } = spawnSync(process.execPath, [deploy, ...words], { encoding: 'utf8' });
    expect([status, stderr.trim(), stdout]).toEqual([1, message, '']);
  });
});
