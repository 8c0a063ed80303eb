import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../local/service.ts';
import { copyWithStages } from '../infra/support/project-copy.ts';
import { startLocal } from './support/local-service.ts';
import { runOperate } from './support/run.ts';

const PROGRAMS = ['smoke', 'partner', 'resubmit', 'destroy', 'rollback'] as const;

describe.each(PROGRAMS)('npm run %s', (program) => {
  it('shows its usage when asked, whatever else is said, and ends well', async () => {
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ['--help', '--stag', 'prod']);
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining(`npm run ${program} -- `)]);
    expect(stdout).toContain('--help');
  });

  it('shows its usage beside what it does not understand', async () => {
    const { status, stdout, stderr } = await runOperate(`${program}.ts`, ['--stag', 'dev']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`Unknown option '--stag'\n\nnpm run ${program} -- `);
  });
});

it('a table of stages that is inconsistent ends each of them with what is wrong in it', { timeout: 60_000 }, () => {
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
