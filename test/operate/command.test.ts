import { describe, expect, it } from 'vitest';
import { copyWithStages } from '../infra/support/project-copy.ts';
import { runOperate, spawnOperate } from './support/run.ts';

const PROGRAMS = ['destroy', 'rollback'] as const;

describe.each(PROGRAMS)('npm run %s', (program) => {
  it('shows its usage when asked, whatever else is said, and ends well', async () => {
    const { status, stdout, stderr } = await spawnOperate(`${program}.ts`, ['--stag', 'prod', '--help']);
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining(`npm run ${program} -- `)]);
    expect(stdout).toContain('--help');
  });

  it('shows its usage beside what it does not understand', async () => {
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ['--stag', 'dev']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`Unknown option '--stag'\n\nnpm run ${program} -- `);
  });
});

const SIGNED = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
const AWS = { ...SIGNED, AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' };

describe.each(PROGRAMS)('npm run %s says in one sentence', (program) => {
  it.each<readonly [string, NodeJS.ProcessEnv, RegExp]>([
    ['that no region is set', SIGNED, /^no region is set: export AWS_REGION, or set region of the stage in cdk\.json$/],
    [
      'that there are no credentials',
      { AWS_REGION: 'eu-west-1' },
      /^no AWS credentials: Could not load credentials.*; sign in \(aws sso login\), or export AWS_PROFILE$/,
    ],
    [
      'that a name cannot be found',
      { ...AWS, AWS_ENDPOINT_URL: 'https://aws.invalid' },
      /^aws\.invalid cannot be found \(E\w+\): check the network and the region$/,
    ],
    [
      'that nobody listens',
      { ...AWS, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      /^nothing listens on 127\.0\.0\.1:1: is npm start running\?$/,
    ],
  ])('%s', async (_, environment, sentence) => {
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ['--stage', 'dev'], environment);
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([1, '', [expect.stringMatching(sentence)]]);
  });

  it('that there is no such stage, or none was named', async () => {
    for (const [words, came] of [
      [['--stage', 'prod'], '"prod"'],
      [['--stage', 'local'], '"local"'],
      [[], 'nothing'],
    ] as const) {
      const { status, stdout, stderr } = await runOperate(`${program}.ts`, words);
      expect([status, stdout, stderr]).toEqual([2, '', `stage must be one of dev, staging, production, got ${came}\n`]);
    }
  });

  it('that it was named twice', async () => {
    for (const words of [
      ['dev', 'staging'],
      ['staging', '--stage', 'dev'],
    ]) {
      const { status, stderr } = await runOperate(`${program}.ts`, words);
      expect([status, stderr]).toEqual([2, 'the stage must be named once, got dev and staging\n']);
    }
  });
});

it.each(PROGRAMS)('npm run %s says in one sentence that the stages cannot be read', async (program) => {
  const { status, stdout, stderr } = await spawnOperate(`${program}.ts`, ['--stage', 'dev'], { CDK_CONTEXT_JSON: '{' });
  expect([status, stdout, stderr.trim().split('\n')]).toEqual([
    1,
    '',
    [expect.stringMatching(/^CDK_CONTEXT_JSON must be JSON: /)],
  ]);
});

it('a table of stages that is inconsistent ends each of them with what is wrong in it', () => {
  const run = copyWithStages({ dev: { keepsData: false }, staging: { keepsData: true, callsPerSecond: 1000 } });
  for (const program of PROGRAMS) {
    const { status, stdout, stderr } = run(`operate/${program}.ts`, '--stage', 'dev');
    expect([status, stdout, stderr.trim().split('\n')], program).toEqual([
      1,
      '',
      [
        'the stages in cdk.json are inconsistent:',
        expect.stringMatching(/^ {2}staging: workerConcurrency × callsPerSecond/),
      ],
    ]);
  }
});
