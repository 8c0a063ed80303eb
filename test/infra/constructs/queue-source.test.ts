import { Duration } from 'aws-cdk-lib';
import { Alias, Code, type IAlias, type IVersion, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { FifoQueue } from '../../../infra/constructs/fifo-queue.ts';
import { QueueSource } from '../../../infra/constructs/queue-source.ts';
import { templateOf } from '../support/stack.ts';
import { stages } from '../support/stages.ts';

/** @param hidden seconds that the queue hides a message; undefined: SQS's own 30 */
function connect(hidden: number | undefined, timeout: number) {
  return templateOf((stack) => {
    const visibilityTimeout = hidden === undefined ? {} : { visibilityTimeout: Duration.seconds(hidden) };
    const queue = new FifoQueue(stack, 'Queue', { name: 'queue', settings: stages.dev, ...visibilityTimeout });
    const target = new LambdaFunction(stack, 'Target', {
      code: Code.fromInline('1'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(timeout),
    });
    const alias = new Alias(stack, 'Live', { aliasName: 'live', version: target.currentVersion as IVersion }) as IAlias;
    new QueueSource(stack, 'Source', { queue, target, alias, maxConcurrency: 2 });
  });
}

describe('a queue before a function', () => {
  it.each([
    [360, 60],
    [undefined, 5],
  ])('is taken when it hides messages for %s s and the function may take %i s', (hidden, timeout) => {
    connect(hidden, timeout).resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
  });

  it.each([
    [359, 60, 'got 359 s and 60 s'],
    [undefined, 6, 'got 30 s and 6 s'],
  ])('ends the synth with both numbers when they are %s s and %i s', (hidden, timeout, numbers) => {
    const sentence = `Stack/Queue: the visibility timeout must be at least 6 × its function's timeout, ${numbers}: Lambda may`;
    expect(() => connect(hidden, timeout)).toThrow(sentence);
    expect(() => connect(hidden, timeout)).toThrow(expect.objectContaining({ name: 'InconsistentStages' }));
  });
});
