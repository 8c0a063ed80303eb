import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../../functions/adapters/telemetry/metrics.ts';
import { NOON, standingClock } from '../../../support/fixtures.ts';

function listen(awsRequestId = () => 'aws-1') {
  const lines: string[] = [];
  const dimensions = { stage: 'test', function: 'reprocess-worker' };
  const metrics = createMetrics({
    dimensions,
    version: () => '7',
    awsRequestId,
    clock: standingClock(),
    write: (line) => lines.push(line),
  });
  return { metrics, lines };
}

describe('metrics', () => {
  it('are one line in the embedded metric format: counts as their sum, times each by itself', () => {
    const { metrics, lines } = listen();
    metrics.count('RequestsSqs');
    metrics.count('CallLatency', 120);
    metrics.count('RequestsSqs', 2);
    metrics.count('CallLatency', 80);
    expect(lines).toEqual([]);
    metrics.flush();
    expect(lines.map((line) => line.at(-1))).toEqual(['\n']);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      _aws: {
        Timestamp: NOON,
        CloudWatchMetrics: [
          {
            Namespace: 'Reprocess',
            Dimensions: [['stage', 'function']],
            Metrics: [
              { Name: 'RequestsSqs', Unit: 'Count' },
              { Name: 'CallLatency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      stage: 'test',
      function: 'reprocess-worker',
      aws_request_id: 'aws-1',
      RequestsSqs: 3,
      CallLatency: [120, 80],
    });
  });

  it('are written by version too where they are unexpected errors, and no other', () => {
    const { metrics, lines } = listen();
    metrics.count('StepFailed');
    metrics.count('UnexpectedErrors', 2);
    metrics.flush();
    const line = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ version: '7', StepFailed: 1, UnexpectedErrors: 2 });
    const [all, byVersion, ...more] = line._aws.CloudWatchMetrics;
    const unexpected = { Name: 'UnexpectedErrors', Unit: 'Count' };
    expect(all.Dimensions).toEqual([['stage', 'function']]);
    expect(all.Metrics).toEqual([{ Name: 'StepFailed', Unit: 'Count' }, unexpected]);
    expect(byVersion).toEqual({
      Namespace: 'Reprocess',
      Dimensions: [['stage', 'function', 'version']],
      Metrics: [unexpected],
    });
    expect(more).toEqual([]);
  });

  it('are written once', () => {
    const { metrics, lines } = listen();
    metrics.count('AccountFault');
    metrics.flush();
    metrics.flush();
    expect(lines).toHaveLength(1);
  });

  it('are not written where nothing was counted', () => {
    const { metrics, lines } = listen();
    metrics.count('RejectedLines', 0);
    metrics.flush();
    expect(lines).toEqual([]);
  });

  it('leave out what is no number, and keep what stands beside it', () => {
    const { metrics, lines } = listen();
    metrics.count('RequestsSqs');
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const name of ['WaitingTime', 'ThrottledSeconds'] as const) metrics.count(name, none);
    }
    metrics.flush();
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ RequestsSqs: 1, stage: 'test', function: 'reprocess-worker' }),
    ]);
    expect(lines.join()).not.toMatch(/null|WaitingTime|ThrottledSeconds/);
  });

  it('are in as many lines as it takes: CloudWatch reads 100 values of one metric in a line', () => {
    const { metrics, lines } = listen();
    for (let call = 0; call < 250; call += 1) metrics.count('CallLatency', call);
    metrics.flush();
    const values = lines.map((line) => JSON.parse(line).CallLatency as number[]);
    expect(values.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(values.flat()).toEqual(Array.from({ length: 250 }, (_, call) => call));
  });
});
