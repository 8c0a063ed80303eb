import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLambdaFunction } from '../../local/lambda.ts';
import type { FunctionPlan } from '../../local/service-plan.ts';
import { temporaryBundle } from './support/temporary.ts';

interface Options extends Partial<FunctionPlan> {
  readonly limit?: number;
}

/** A function whose handler is given as source text, and the lines that it writes. */
async function createFunction(source: string, { limit, ...more }: Options = {}) {
  const bundle = await temporaryBundle(source);
  const plan = {
    name: 'tested',
    handler: 'index.handler',
    timeoutSeconds: 20,
    memoryMb: 128,
    environment: {},
    bundle,
    ...more,
  };
  const servers = { sqs: 'http://sqs', dynamodb: 'http://dynamodb', secretsManager: 'http://secrets' };
  const endpoints = { ...servers, s3: 'http://s3', eventBridge: 'http://events' };
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const log = (line: string) => {
    lines.push(line);
    for (const look of waiting.splice(0)) look();
  };
  const lambda = createLambdaFunction({ plan, endpoints, log, ...(limit !== undefined && { limit }) });
  onTestFinished(() => lambda.stop());
  return {
    ...lambda,
    lines,
    bundle,
    /** The answer as a value. */
    async call(event: unknown = {}): Promise<unknown> {
      const answer = await lambda.invoke(event);
      return 'payload' in answer ? JSON.parse(answer.payload) : answer;
    },
    /** Releases what waits, once so many wait. */
    async release(count: number): Promise<void> {
      while (lines.filter((line) => line === 'waits').length < count) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      await writeFile(join(bundle, 'released'), '');
    },
    /** The first line with this beginning, once the function has written it. */
    async wrote(beginning: string): Promise<string> {
      for (;;) {
        const line = lines.find((each) => each.startsWith(beginning));
        if (line !== undefined) return line;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** Lets nothing else run in the process for so many ms, as a busy loop would, and keeps no core busy. */
const blocked = (ms: number) => `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`;

/** A handler that says that it waits, and returns once it is released. */
const untilReleased = (value: string) => `async () => {
  console.log('waits');
  while (!require('node:fs').existsSync(require('node:path').join(__dirname, 'released'))) {
    await new Promise((done) => setTimeout(done, 10));
  }
  return ${value};
}`;

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a function', () => {
  it('is handed the event and a context, and its response comes back', async () => {
    const { call } = await createFunction(`async (event, context) => ({
      event,
      name: context.functionName,
      memory: context.memoryLimitInMB,
      hasTime: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 20_000,
      id: context.awsRequestId,
      version: context.functionVersion,
      arn: context.invokedFunctionArn,
    })`);
    expect(await call({ a: 1 })).toEqual({
      event: { a: 1 },
      name: 'tested',
      memory: '128',
      hasTime: true,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      version: '$LATEST',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    });
  });

  it('sees the variables of its own plan and of its runtime, and none of the process that runs it', async () => {
    process.env.REPROCESS_TEST_LEAK = 'leaked';
    onTestFinished(() => {
      delete process.env.REPROCESS_TEST_LEAK;
    });
    const { call, bundle } = await createFunction('async () => process.env', { environment: { MINE: 'yes' } });
    expect(await call()).toEqual({
      MINE: 'yes',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'tested',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      LAMBDA_TASK_ROOT: bundle,
      TZ: 'UTC',
      AWS_ACCESS_KEY_ID: 'tested',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SQS: 'http://sqs',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://secrets',
      AWS_ENDPOINT_URL_S3: 'http://s3',
      AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://events',
      AWS_CONFIG_FILE: expect.stringContaining(bundle),
      AWS_SHARED_CREDENTIALS_FILE: expect.stringContaining(bundle),
    });
  });

  it.each([
    ['nothing', 'undefined', null],
    ['a date', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['an undefined member', '({ a: undefined, b: 1 })', { b: 1 }],
  ])('that returns %s responds with what JSON makes of it', async (_, source, expected) => {
    const { call } = await createFunction(`async () => ${source}`);
    expect(await call()).toEqual(expected);
  });

  it('has every line that it writes handed on, from both streams', async () => {
    const { call, wrote, lines } = await createFunction(`async () => { console.log('out'); console.error('err'); }`);
    await call();
    await Promise.all([wrote('out'), wrote('err')]);
    expect(lines.toSorted()).toEqual(['err', 'out']);
  });

  it('that is idle is used again, and more are started while all are busy', async () => {
    const { call, release } = await createFunction(untilReleased('process.pid'));
    const calls = [call(), call()];
    await release(2);
    const pids = await Promise.all(calls);
    expect(new Set(pids).size).toBe(2);
    expect(pids).toContain(await call());
  });

  it('is started in one process at a time', async () => {
    const { call, release } = await createFunction(`(() => {
      ${blocked(500)};
      const times = { startedAt: performance.timeOrigin, loadedAt: Date.now() };
      return ${untilReleased('times')};
    })()`);
    const calls = [call(), call()];
    await release(2);
    const processes = (await Promise.all(calls)) as { startedAt: number; loadedAt: number }[];
    const [first, second] = processes.toSorted((one, other) => one.startedAt - other.startedAt);
    expect(second?.startedAt).toBeGreaterThanOrEqual(first?.loadedAt ?? Number.NaN);
  });

  it.each([{ limit: 1 }, { concurrency: 1 }])(
    'runs in no more processes than %j lets it: who comes then waits',
    async (options) => {
      // Long enough for another one to be started meanwhile.
      const source = '() => new Promise((done) => setTimeout(() => done(process.pid), 300))';
      const { call } = await createFunction(source, options);
      const pids = await Promise.all([call(), call(), call()]);
      expect(new Set(pids).size).toBe(1);
    },
  );
});

describe('a function that fails is reported as Lambda reports it', () => {
  it('when its handler throws, and goes on to be used', async () => {
    const { call, lines } = await createFunction(`async ({ fail }) => {
      if (fail) throw new RangeError('too far');
      return process.pid;
    }`);
    const pid = await call({ fail: false });
    const trace = expect.arrayContaining(['RangeError: too far']);
    expect(await call({ fail: true })).toEqual({ error: { errorType: 'RangeError', errorMessage: 'too far', trace } });
    expect(lines.join('\n')).toContain('too far');
    expect(await call({ fail: false })).toBe(pid);
  });

  it.each([
    ['waits for ever', 'await new Promise(() => {})'],
    ['lets nothing else run for ever', `${blocked(Infinity)};`],
  ])('when its handler %s: it is killed at its deadline, and the next event finds a new process', async (_, source) => {
    const { call } = await createFunction(`async ({ hang }) => { if (hang) { ${source} } return process.pid; }`, {
      timeoutSeconds: 2,
    });
    const pid = Number(await call({ hang: false }));
    const errorMessage = expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 2\.00 seconds$/);
    expect(await call({ hang: true })).toEqual({ error: { errorType: 'Sandbox.Timedout', errorMessage } });
    const next = await call({ hang: false });
    expect(next).toEqual(expect.any(Number));
    expect(next).not.toBe(pid);
    // The signal is sent; the process may be there for a moment more.
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it.each([
    ['exits', 'process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['exits in peace', 'process.exit(0)', 'Runtime exited without providing a reason'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'Runtime exited with error: signal: killed'],
  ])('when its process %s', async (_, source, message) => {
    const { call } = await createFunction(
      `async ({ end }) => { if (end) { ${source}; await new Promise(() => {}); } return 1; }`,
    );
    const errorMessage = expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${message}$`));
    expect(await call({ end: true })).toEqual({ error: { errorType: 'Runtime.ExitError', errorMessage } });
    expect(await call({ end: false })).toBe(1);
  });

  it.each([
    ['throws beside its handler', "setTimeout(() => { throw new TypeError('late'); })", 'TypeError'],
    ['leaves a rejection unhandled', "Promise.reject(new TypeError('late'))", 'Runtime.UnhandledPromiseRejection'],
  ])('when it %s', async (_, source, errorType) => {
    const { call } = await createFunction(`async () => { ${source}; await new Promise(() => {}); }`);
    expect(await call()).toEqual({ error: { errorType, errorMessage: 'late', trace: expect.any(Array) } });
  });

  it.each([
    ['the bundle throws while it loads', "(() => { throw new Error('no start'); })()", {}, 'Error'],
    ['there is no such export', '() => 1', { handler: 'index.other' }, 'Runtime.HandlerNotFound'],
    ['there is no such file', '() => 1', { handler: 'other.handler' }, 'Error'],
  ])('when %s', async (_, source, plan, errorType) => {
    const { call } = await createFunction(source, plan);
    expect(await call()).toMatchObject({ error: { errorType } });
  });

  it('when its response is larger than 6 MB', async () => {
    const { call } = await createFunction("async ({ length }) => 'x'.repeat(length)");
    expect(await call({ length: 7_000_000 })).toMatchObject({ error: { errorType: 'Function.ResponseSizeTooLarge' } });
    expect(await call({ length: 3 })).toBe('xxx');
  });

  it('when the event is larger than 6 MB', async () => {
    const { call } = await createFunction('async () => 1');
    expect(await call('x'.repeat(7_000_000))).toMatchObject({ error: { errorType: 'RequestTooLarge' } });
  });

  it('when it needs more memory than it has', async () => {
    const { call } = await createFunction(
      'async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); }',
      {
        memoryMb: 64,
      },
    );
    expect(await call()).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  });
});

describe('a running function', () => {
  const busy = `async () => { console.log('pid ' + process.pid); await new Promise(() => {}); }`;

  it('can be killed in the middle of an invocation, as a crash would', async () => {
    const { call, kill, wrote } = await createFunction(busy);
    expect(kill()).toBe(false);
    const answer = call();
    await wrote('pid');
    expect(kill()).toBe(true);
    expect(await answer).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  });

  it('leaves no process behind when it is stopped', async () => {
    const { call, stop, wrote } = await createFunction(busy);
    const answer = call();
    const pid = Number((await wrote('pid')).slice('pid '.length));
    expect(isRunning(pid)).toBe(true);
    await stop();
    expect(isRunning(pid)).toBe(false);
    expect(await answer).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    expect(await call()).toMatchObject({ error: { errorType: 'ServiceStopped' } });
  });
});
