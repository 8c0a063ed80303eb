import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from '../../local/service.ts';
import { copyWithStages } from '../infra/support/project-copy.ts';
import { startLocal } from './support/local-service.ts';
import { runOperate, spawnOperate } from './support/run.ts';

const PROGRAMS = ['smoke', 'partner', 'resubmit', 'reconcile', 'destroy', 'rollback'] as const;

describe.each(PROGRAMS)('npm run %s', (program) => {
  it('shows its usage when asked, whatever else is said, and ends well', async () => {
    const { status, stdout, stderr } = await spawnOperate(`${program}.ts`, ['--help', '--stag', 'prod']);
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining(`npm run ${program} -- `)]);
    expect(stdout).toContain('--help');
  });

  it('shows its usage beside what it does not understand', async () => {
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ['--stag', 'dev']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`Unknown option '--stag'\n\nnpm run ${program} -- `);
  });
});

const REQUEST_ID = `sqs:${'0'.repeat(64)}`;
const ASKED: Readonly<Record<(typeof PROGRAMS)[number], readonly string[]>> = {
  smoke: ['--stage', 'dev'],
  partner: ['list', '--stage', 'dev'],
  resubmit: ['--stage', 'dev', REQUEST_ID],
  reconcile: ['--stage', 'dev'],
  rollback: ['--stage', 'dev'],
  destroy: ['--stage', 'dev'],
};
/** There is no such thing to do on one machine. */
const DEPLOYED_ONLY: readonly string[] = ['rollback', 'destroy'];
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
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ASKED[program], environment);
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([1, '', [expect.stringMatching(sentence)]]);
  });

  it('that there is no such stage, or none was named', async () => {
    for (const [words, came] of [
      [ASKED[program].with(ASKED[program].indexOf('dev'), 'prod'), '"prod"'],
      [ASKED[program].filter((word) => word !== 'dev' && word !== '--stage'), 'nothing'],
    ] as const) {
      const { status, stdout, stderr } = await runOperate(`${program}.ts`, words);
      const local = DEPLOYED_ONLY.includes(program) ? '' : ', local';
      const sentence = `stage must be one of dev, staging, production${local}, got ${came}\n`;
      expect([status, stdout, stderr]).toEqual([2, '', sentence]);
    }
  });
});

it('a connection that breaks is one sentence, and no stack', async () => {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const environment = { ...AWS, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { status, stderr } = await runOperate('partner.ts', ASKED.partner, environment);
  expect([status, stderr.trimEnd().split('\n')]).toEqual([1, [expect.stringMatching(/^AWS could not be reached: .+/)]]);
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

describe('the stage local', () => {
  let port: number;
  let service: Service;
  beforeAll(async () => {
    ({ port, service } = await startLocal());
  });
  afterAll(() => service.stop(0));

  it('has its failed requests sent again as any other', async () => {
    const id = `sqs:${'0'.repeat(64)}`;
    const { status, stdout, stderr } = await runOperate('resubmit.ts', [
      '--stage',
      'local',
      '--port',
      String(port),
      id,
    ]);
    const reason = 'the ledger has no such request, since it forgets after 14 days: hand over its event';
    expect([status, stdout, stderr]).toEqual([1, `refused  ${id}: ${reason}\n`, '']);
  });
});
