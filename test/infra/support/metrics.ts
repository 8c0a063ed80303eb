import { meaningOf, resourcesOf, type StackTemplate, type StageTemplates } from './templates.ts';

/** A metric as CloudWatch knows it. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** References as the paths of what they point at. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly period: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a template's JSON, which each test reads at its own risk
type Json = any;

/** The alarms of a stage by their names; the properties as the template has them. */
export function alarmsOf({ monitoring }: StageTemplates): Readonly<Record<string, Json>> {
  const alarms = Object.values(resourcesOf(monitoring as StackTemplate, 'AWS::CloudWatch::Alarm'));
  return Object.fromEntries(alarms.map(({ Properties }) => [Properties.AlarmName, Properties]));
}

export function metricsOfAlarm(alarm: Json, stage: StageTemplates): readonly MetricId[] {
  const used = alarm.MetricName
    ? [{ Metric: alarm, Period: alarm.Period }]
    : alarm.Metrics.flatMap(({ MetricStat }: Json) => MetricStat ?? []);
  return used.map(({ Metric: { Namespace, MetricName, Dimensions }, Period }: Json) => ({
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }: Json) => [Name, meaningOf(Value, stage)])),
    period: Period,
  }));
}

/** The dashboard's widgets, as CloudWatch reads them. */
export function widgetsOf(stage: StageTemplates): readonly Json[] {
  const [dashboard] = Object.values(resourcesOf(stage.monitoring as StackTemplate, 'AWS::CloudWatch::Dashboard'));
  return JSON.parse(meaningOf(dashboard?.Properties.DashboardBody, stage)).widgets;
}

/** The metrics of a widget: `[namespace, name, dimension, value, …, options]`, or an expression over others. */
export function metricsOfWidget({ properties }: Json): readonly MetricId[] {
  const lines: readonly Json[][] = properties.metrics ?? [];
  return lines.flatMap((line) => {
    const [namespace, name = '', ...rest] = line.filter((part) => typeof part === 'string');
    if (namespace === undefined) return [];
    const pairs = Array.from({ length: rest.length / 2 }, (_, index) => [rest[2 * index], rest[2 * index + 1]]);
    const options = line.find((part) => typeof part === 'object');
    return [{ namespace, name, dimensions: Object.fromEntries(pairs), period: options?.period ?? 300 }];
  });
}
