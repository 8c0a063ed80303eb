import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/**
 * Several metrics as one. Unlike `a + b` it has a value wherever one of them has: most of what functions count is written only
 * when it happens.
 * @param by.label also in the ids of the metrics, which must differ between the expressions of one graph
 */
export function sumOf(metrics: readonly IMetric[], by: { label: string; period?: Duration }): MathExpression {
  const id = `${by.label.slice(0, 1).toLowerCase()}${by.label.slice(1)}`;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  return new MathExpression({ expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`, usingMetrics, ...by });
}

/** All messages of a queue, hidden ones too. */
export function messagesIn(queue: IQueue, by: { label: string; period: Duration }): MathExpression {
  return sumOf(
    [queue.metricApproximateNumberOfMessagesVisible(), queue.metricApproximateNumberOfMessagesNotVisible()],
    by,
  );
}
