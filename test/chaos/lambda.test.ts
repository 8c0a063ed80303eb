import { describe, expect, it } from 'vitest';
import type { Environment, Mishap } from '../../chaos/models/lambda/environment.ts';
import { createLambda, type Handler, type InvocationResult } from '../../chaos/models/lambda.ts';
import { createBench, dies } from './support/bench.ts';

/** A function whose handler takes steps out of its process; what it did is written down. */
function start(handle: (environment: Environment, log: string[]) => Handler, mishaps: (Mishap | undefined)[] = []) {
  const bench = createBench();
  const log: string[] = [];
  let invocations = 0;
  let environments = 0;
  const lambda = createLambda({
    ...bench,
    name: 'f',
    timeoutMs: 60_000,
    boot: (environment) => {
      environments += 1;
      return handle(environment, log);
    },
    mishapOf: () => mishaps.shift(),
    nextInvocation: () => ++invocations,
  });
  const answers: InvocationResult[] = [];
  const invoke = () => void lambda.invoke({}, 'test').response.then((response) => answers.push(response));
  return { ...bench, invoke, dispose: lambda.dispose, answers, log, environments: () => environments };
}

/** A step that takes effect after 10 ms and is answered after 20. */
function step({ scheduler }: ReturnType<typeof createBench>, environment: Environment, log: string[], name: string) {
  return new Promise<void>((resolve) => {
    if (environment.isDead()) return;
    const begun = environment.beginStep(name);
    if (begun === undefined) return;
    scheduler.after(10, () => {
      log.push(`${name} took effect`);
      begun.tookEffect();
      scheduler.after(10, () => environment.deliver(resolve));
    });
  });
}

const twoSteps =
  (bench: () => ReturnType<typeof createBench>) => (environment: Environment, log: string[]) => async () => {
    await step(bench(), environment, log, 'one');
    await step(bench(), environment, log, 'two');
    log.push('returned');
    return 'done';
  };

describe('an execution environment', () => {
  it('is loaded once, and runs one invocation at a time', async () => {
    const f = start(twoSteps(() => f));
    f.invoke();
    await f.run(1000);
    f.invoke();
    f.invoke();
    await f.run();
    expect(f.answers).toEqual(Array(3).fill({ kind: 'answered', value: 'done' }));
    expect(f.environments()).toBe(2);
  });

  it.each([
    ['dies_before', 1, []],
    ['dies_after', 1, ['one took effect']],
    ['dies_before', 2, ['one took effect']],
    ['dies_after', 2, ['one took effect', 'two took effect']],
  ] as const)('that %s its step %d does nothing more, and its invocation fails', async (kind, number, log) => {
    const f = start(
      twoSteps(() => f),
      [dies(kind, number)],
    );
    f.invoke();
    await f.run();
    expect(f.log).toEqual(log);
    expect(f.answers).toEqual([{ kind: 'failed', reason: 'the process crashed' }]);
    f.invoke();
    await f.run();
    expect(f.environments()).toBe(2);
  });

  it('that is cut off sleeps, and wakes up during its next invocation', async () => {
    let call = 0;
    const f = start((environment, log) => async (_event, _context, { signal }) => {
      call += 1;
      if (call === 2) return step(f, environment, log, 'second invocation');
      signal.addEventListener('abort', () => log.push('told by its signal'));
      await new Promise<void>((resolve) => f.scheduler.after(60_500, () => environment.deliver(resolve)));
      await step(f, environment, log, 'awake again');
    });
    f.invoke();
    await f.run(120_000);
    expect(f.answers).toEqual([{ kind: 'failed', reason: 'cut off before its deadline' }]);
    expect(f.log).toEqual(['told by its signal']);
    f.invoke();
    await f.run();
    expect(f.log).toEqual(['told by its signal', 'second invocation took effect', 'awake again took effect']);
    expect(f.factsOf('began_too_late')).toMatchObject([{ invocation: 1, what: 'awake again' }]);
  });

  it('is cut off a little before its deadline', async () => {
    const f = start(() => () => new Promise(() => {}));
    f.invoke();
    await f.run();
    const [began, cutOff] = [f.factsOf('began')[0], f.factsOf('cut_off')[0]];
    expect((cutOff?.at ?? 0) - (began?.at ?? 0)).toBe(59_995);
  });

  it('that stalls is reached by nothing until the stall is over', async () => {
    const f = start(
      twoSteps(() => f),
      [dies('stalls', 1, 5000)],
    );
    f.invoke();
    await f.run();
    const [began, ended] = [f.factsOf('began')[0], f.factsOf('ended')[0]];
    expect((ended?.at ?? 0) - (began?.at ?? 0)).toBeGreaterThanOrEqual(5000);
    expect(f.answers).toEqual([{ kind: 'answered', value: 'done' }]);
  });

  it('that is disposed of lets go of everything: its signals abort, and nothing reaches it', async () => {
    const f = start((_, log) => async (_event, _context, { signal }) => {
      signal.addEventListener('abort', () => log.push('let go'));
      return 'done';
    });
    f.invoke();
    await f.run(1000);
    f.dispose();
    expect(f.log).toEqual(['let go']);
    expect(f.journal.facts.map(({ kind }) => kind)).toEqual(['began', 'ended']);
  });

  it('that crashes between two invocations is not used again', async () => {
    const f = start(
      (environment, log) => async () => {
        // Nobody waits for it.
        void step(f, environment, log, 'left behind');
        return 'done';
      },
      [dies('dies_after', 1)],
    );
    f.invoke();
    await f.run(1000);
    expect(f.factsOf('killed')).toHaveLength(1);
    f.invoke();
    await f.run();
    expect(f.answers).toEqual(Array(2).fill({ kind: 'answered', value: 'done' }));
    expect(f.environments()).toBe(2);
  });

  it('that was idle for long is given up', async () => {
    const f = start(twoSteps(() => f));
    f.invoke();
    await f.run(1000);
    f.scheduler.after(24 * 3_600_000, () => f.invoke());
    await f.run(Number.POSITIVE_INFINITY);
    expect(f.environments()).toBe(2);
  });
});
