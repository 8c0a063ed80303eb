import { describe, expect, it } from 'vitest';
import { KEPT_VERSIONS, planPruning } from '../../operate/versions/plan.ts';
import { readDocument } from '../docs/support/documents.ts';
import { environmentOf, type FunctionFacts, type StackFacts, startControlPlane } from './support/control-plane.ts';
import { runOperate, spawnOperate } from './support/run.ts';

const BEFORE = '2026-11-24T09:00:00.000+0000';
const DEPLOY = '2026-11-25T10:00:00Z';
const IN_DEPLOY = '2026-11-25T10:00:40.000+0000';

const CHANGED: FunctionFacts = { live: 7, versions: { 4: BEFORE, 6: BEFORE, 7: IN_DEPLOY } };
const UNCHANGED: FunctionFacts = { live: 3, versions: { 2: BEFORE, 3: BEFORE } };

/** Runs a program for dev, of whose last deploy the functions are. @returns how it ended, and what it changed */
async function operate(
  file: string,
  functions: Readonly<Record<string, FunctionFacts>>,
  stack: Partial<StackFacts> = {},
) {
  const changes: string[] = [];
  const service = { updatedAt: DEPLOY, outputs: {}, ...stack };
  const url = await startControlPlane(
    { stacks: { 'reprocess-dev-service': service }, functions, mapping: null },
    changes,
  );
  return { ...(await runOperate(file, ['dev'], environmentOf(url))), changes };
}

describe('npm run rollback', () => {
  it('points what the last deploy changed to the version before, and leaves everything else', async () => {
    const { status, stdout, stderr, changes } = await operate('rollback.ts', { api: UNCHANGED, worker: CHANGED });
    expect([status, stderr, changes]).toEqual([0, '', ['UpdateAlias worker 6']]);
    expect(stdout.split('\n')[0]).toBe('worker: live points to version 6, and no longer to 7');
  });

  it('takes every function back whose version is of that deploy', async () => {
    const atItsBeginning = { ...CHANGED, versions: { ...CHANGED.versions, 7: DEPLOY } };
    const { changes } = await operate('rollback.ts', { worker: CHANGED, api: atItsBeginning });
    expect(changes).toEqual(['UpdateAlias api 6', 'UpdateAlias worker 6']);
  });

  it.each(['rollback.ts', 'prune-versions.ts'])(
    'changes nothing of another account than the stage has: %s',
    async (file) => {
      const versions = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [index + 1, IN_DEPLOY]));
      const changes: string[] = [];
      const stacks = { 'reprocess-dev-service': { updatedAt: DEPLOY, outputs: {} } };
      const functions = { worker: { live: 9, versions } };
      const url = await startControlPlane({ stacks, functions, mapping: null }, changes);
      const stages = { dev: { keepsData: false, account: '210987654321' } };
      const { status, stderr } = await spawnOperate(file, ['dev'], {
        ...environmentOf(url),
        CDK_CONTEXT_JSON: JSON.stringify({ stages }),
      });
      const sentence = 'the account of dev is 210987654321, and these credentials are of 123456789012\n';
      expect([status, stderr, changes]).toEqual([2, sentence, []]);
    },
  );

  it('goes back once: called again, it changes nothing', async () => {
    const { status, stderr, changes } = await operate('rollback.ts', { worker: { ...CHANGED, live: 6 } });
    expect([status, changes]).toEqual([1, []]);
    expect(stderr).toMatch(/^no function is at a version of the last deploy, which began at 2026-11-25T10:00:00.000Z/);
  });

  it.each([
    ['a rollout of worker is under way', { worker: { ...CHANGED, shifting: [8] } }, {}],
    ['reprocess-dev-service is UPDATE_IN_PROGRESS', { worker: CHANGED }, { status: 'UPDATE_IN_PROGRESS' }],
    [
      'reprocess-dev-service is UPDATE_ROLLBACK_IN_PROGRESS',
      { worker: CHANGED },
      { status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
    ],
  ])('changes nothing while %s', async (sentence, functions, stack) => {
    const { status, stderr, changes } = await operate('rollback.ts', functions, stack);
    expect([status, changes, stderr.split('\n').length]).toEqual([1, [], 2]);
    expect(stderr).toContain(sentence);
  });

  it('says that there is no version before the first', async () => {
    const { updatedAt: _, ...first } = { updatedAt: DEPLOY, outputs: {} };
    const changes: string[] = [];
    const stacks = { 'reprocess-dev-service': first };
    const url = await startControlPlane({ stacks, functions: { worker: CHANGED }, mapping: null }, changes);
    const { status, stderr } = await runOperate('rollback.ts', ['dev'], environmentOf(url));
    expect([status, changes]).toEqual([1, []]);
    expect(stderr).toBe('the stage was deployed once only: there is no version before\n');
  });

  it('says that the stage is not deployed', async () => {
    const changes: string[] = [];
    const url = await startControlPlane({ stacks: {}, mapping: null }, changes);
    const { status, stderr } = await runOperate('rollback.ts', ['dev'], environmentOf(url));
    expect([status, stderr, changes]).toEqual([1, 'there is no stack reprocess-dev-service here\n', []]);
  });

  it('is the first thing that the runbook has done about a bad deploy', () => {
    const { text } = readDocument('docs/runbook.md');
    const section = text.split('\n## Go back to the version before\n')[1]?.split('\n## ')[0] ?? '';
    expect(/```sh\n([^`]*)```/.exec(section)?.[1]).toBe('npm run rollback -- --stage production\n');
  });
});

describe('old versions', () => {
  it('are deleted after a deploy, but for the newest five and what is in use', async () => {
    const all = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [number, BEFORE]));
    const { status, stdout, changes } = await operate('prune-versions.ts', {
      api: { live: 9, versions: { 9: BEFORE } },
      worker: { live: 2, shifting: [3], versions: all },
    });
    expect([status, changes]).toEqual([0, ['DeleteFunction worker 1', 'DeleteFunction worker 4']]);
    expect(stdout).toBe('worker: deleted the old versions 1, 4\n');
  });

  it('are told as one where there is one', async () => {
    const versions = Object.fromEntries([1, 2, 3, 4, 5, 6].map((number) => [number, BEFORE]));
    const { stdout } = await operate('prune-versions.ts', { worker: { live: 6, versions } });
    expect(stdout).toBe('worker: deleted the old version 1\n');
  });

  it('are none of a stage that is not deployed, and of several stages at once', async () => {
    const url = await startControlPlane({ stacks: {}, mapping: null });
    expect(await runOperate('prune-versions.ts', ['dev'], environmentOf(url))).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const { status, stderr } = await runOperate('prune-versions.ts', ['dev', 'staging']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('node operate/prune-versions.ts STAGE')]);
  });

  it('are five at least, where there are so many', () => {
    const versions = [2, 5, 6, 8, 9].map((number) => ({ number, publishedAt: 0 }));
    expect(KEPT_VERSIONS).toBe(5);
    expect(planPruning({ name: 'any', alias: 'live', current: 9, shifting: [], versions })).toEqual([]);
  });
});
