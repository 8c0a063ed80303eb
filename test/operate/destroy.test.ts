import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { deleteStack } from '../../operate/destroy/delete-stack.ts';
import { programInTerminal } from '../cli/support/terminal.ts';
import { ROOT } from '../docs/support/documents.ts';
import { environmentOf, startControlPlane } from './support/control-plane.ts';
import { runOperate, spawnOperate } from './support/run.ts';

const STACKS = ['storage', 'service', 'monitoring'] as const;

interface Change {
  readonly afterDelete?: string;
  readonly stacks?: readonly string[];
  readonly isProtected?: boolean;
}

/** An account in which the stacks of a stage are. @returns the environment that leads there, and what is changed there */
async function accountWith(stage: string, { afterDelete, stacks = STACKS, isProtected = true }: Change = {}) {
  const changes: string[] = [];
  const facts = { isProtected, outputs: {}, ...(afterDelete && { afterDelete }) };
  const there = Object.fromEntries(stacks.map((stack) => [`reprocess-${stage}-${stack}`, facts]));
  const url = await startControlPlane({ stacks: there, mapping: null }, changes);
  return { environment: environmentOf(url), changes };
}

/** Runs the command on a stage whose stacks are there and, unless told otherwise, protected. @returns how it ended, and what it changed */
async function destroy(stage: string, options: readonly string[], change: Change = {}) {
  const { environment, changes } = await accountWith(stage, change);
  return { ...(await runOperate('destroy.ts', [stage, ...options], environment)), changes };
}

const deletionOf = (...names: readonly string[]) =>
  names.flatMap((name) => [`UpdateTerminationProtection ${name}`, `DeleteStack ${name}`]);

describe('npm run destroy', () => {
  it('deletes monitoring, then service, then storage of a stage that keeps no data, and says what is lost', async () => {
    const { status, stdout, stderr, changes } = await destroy('dev', ['--yes-destroy', 'dev']);
    const names = ['monitoring', 'service', 'storage'].map((stack) => `reprocess-dev-${stack}`);
    expect(changes).toEqual(deletionOf(...names));
    expect(stdout).toBe(names.map((name) => `${name}: deleting\n${name}: deleted\n`).join(''));
    expect(stderr).toContain('\n  arn:aws:cloudformation:eu-west-1:123456789012:stack/reprocess-dev-monitoring/1\n');
    expect(stderr).toContain('All that is in its queues, ledger, bucket, secrets and logs is deleted for good.');
    expect(status).toBe(0);
  });

  it('leaves the storage stack of a stage that keeps its data, and its protection, alone', async () => {
    const { status, stderr, changes } = await destroy('staging', ['--yes-destroy', 'staging']);
    expect(changes).toEqual(deletionOf('reprocess-staging-monitoring', 'reprocess-staging-service'));
    expect(stderr).toContain('uploads and calls of the webhook are lost');
    expect(stderr).toContain('Queues, ledger, bucket, secrets and logs stay.');
    expect(status).toBe(0);
  });

  it('deletes it too when asked, and says that what stays belongs to no stack', async () => {
    const { stderr, changes } = await destroy('staging', ['--storage', '--yes-destroy', 'staging']);
    expect(changes.at(-1)).toBe('DeleteStack reprocess-staging-storage');
    expect(stderr).toContain('belong to no stack: the next deploy fails until they are imported');
  });

  it('deletes the role of a workflow before the service stack, whose functions it names', async () => {
    const stacks = ['service', 'deployment', 'monitoring'];
    const { changes } = await destroy('staging', ['--yes-destroy', 'staging'], { stacks });
    const names = ['monitoring', 'deployment', 'service'].map((stack) => `reprocess-staging-${stack}`);
    expect(changes).toEqual(deletionOf(...names));
  });

  it('goes on with what is left of a stage', async () => {
    const { status, changes } = await destroy('dev', ['--yes-destroy', 'dev'], { stacks: ['storage'] });
    expect([status, changes]).toEqual([0, deletionOf('reprocess-dev-storage')]);
  });

  it('takes no protection off a stack that has none', async () => {
    const { changes } = await destroy('dev', ['--yes-destroy', 'dev'], { stacks: ['storage'], isProtected: false });
    expect(changes).toEqual(['DeleteStack reprocess-dev-storage']);
  });

  it('knows that a stack is gone which CloudFormation still shows as deleted', async () => {
    const { status, stdout } = await destroy('dev', ['--yes-destroy', 'dev'], {
      stacks: ['storage'],
      afterDelete: 'DELETE_COMPLETE',
    });
    expect([status, stdout.split('\n').at(-2)]).toEqual([0, 'reprocess-dev-storage: deleted']);
  });

  it.each([
    ['dev', 0, deletionOf('reprocess-dev-storage'), 'reprocess-dev-storage: deleted'],
    ['yes', 1, [], 'nothing was deleted'],
  ])('asks for the name of the stage, and is answered %s', async (answer, status, wanted, sentence) => {
    const { environment, changes } = await accountWith('dev', { stacks: ['storage'] });
    const env = { ...environment, CDK_CONTEXT_JSON: process.env.CDK_CONTEXT_JSON };
    const words = ['operate/destroy.ts', 'dev'];
    const terminal = programInTerminal(process.execPath, words, env, { columns: 200, cwd: ROOT });
    await terminal.seen(/Type dev to go on: /);
    terminal.type(`${answer}\r`);
    expect([await terminal.ended, changes]).toEqual([status, wanted]);
    expect(terminal.text()).toContain(sentence);
  });

  it('deletes nothing of another account than the stage has', async () => {
    const { environment, changes } = await accountWith('dev');
    const stages = (account: string) => JSON.stringify({ stages: { dev: { keepsData: false, account } } });
    const inAccount = (account: string) =>
      spawnOperate('destroy.ts', ['dev', '--yes-destroy', 'dev'], {
        ...environment,
        CDK_CONTEXT_JSON: stages(account),
      });
    const { status, stderr } = await inAccount('210987654321');
    expect([status, stderr, changes]).toEqual([
      2,
      'the account of dev is 210987654321, and these credentials are of 123456789012\n',
      [],
    ]);
    expect((await inAccount('123456789012')).status).toBe(0);
  });

  it('stops at a stack that cannot be deleted, with the reason', async () => {
    const { status, stderr, changes } = await destroy('dev', ['--yes-destroy', 'dev'], {
      afterDelete: 'DELETE_FAILED',
    });
    expect([status, changes]).toEqual([1, deletionOf('reprocess-dev-monitoring')]);
    expect(stderr.trim().split('\n').at(-1)).toBe('reprocess-dev-monitoring could not be deleted: the reason');
  });

  it.each([
    [[], 'nobody can be asked here: give --yes-destroy dev to delete it'],
    [['--yes-destroy', 'staging'], '--yes-destroy must be the stage\'s name dev, got "staging"'],
  ])('changes nothing without the name of the stage: %j', async (options, sentence) => {
    const { status, stdout, stderr, changes } = await destroy('dev', options);
    expect([status, stdout, changes]).toEqual([2, '', []]);
    expect(stderr.trim().split('\n').at(-1)).toBe(sentence);
  });

  it('says that there is nothing to delete', async () => {
    const { status, stdout, changes } = await destroy('dev', [], { stacks: [] });
    expect([status, changes]).toEqual([0, []]);
    expect(stdout).toBe('there is no stack of dev to delete in this account and region\n');
  });

  it('says in one sentence that there are no credentials', async () => {
    const { status, stdout, stderr } = await runOperate('destroy.ts', ['dev'], { AWS_REGION: 'eu-west-1' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/credentials/i)]);
  });

  it('knows deployed stages only', async () => {
    const { status, stderr } = await runOperate('destroy.ts', ['local']);
    expect([status, stderr]).toEqual([2, 'stage must be one of dev, staging, production, got "local"\n']);
  });
});

describe('a stack is deleted by its ARN', () => {
  const stack = { StackName: 'one', StackId: 'arn:one' } as Stack;

  /** @param statuses of the stack, one for each look at it @returns what became of it, and the calls */
  async function deletion(statuses: readonly string[]) {
    const calls: string[] = [];
    let looks = 0;
    const send = async (command: { readonly input: { readonly StackName: string } }) => {
      const { name } = command.constructor;
      calls.push(`${name} ${command.input.StackName}`);
      if (name !== 'DescribeStacksCommand') return {};
      looks += 1;
      return { Stacks: [{ StackStatus: statuses[looks - 1] }] };
    };
    const [result] = await Promise.allSettled([deleteStack({ send } as unknown as CloudFormationClient, stack)]);
    return { ...result, calls };
  }

  it('and looked at until it is gone', async () => {
    const look = 'DescribeStacksCommand arn:one';
    expect(await deletion(['DELETE_IN_PROGRESS', 'DELETE_COMPLETE'])).toMatchObject({
      status: 'fulfilled',
      calls: ['DeleteStackCommand arn:one', look, look],
    });
  });

  it('and not looked at any more when that has failed, whatever the reason', async () => {
    expect(await deletion(['DELETE_FAILED'])).toMatchObject({
      reason: { message: 'one could not be deleted: CloudFormation gives no reason; its events do' },
    });
  });
});
