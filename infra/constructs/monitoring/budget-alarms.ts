import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import { COMPLETIONS_BY, type ServiceMetrics } from './service-metric.ts';
import { sumOf } from './sum-of.ts';

export interface BudgetAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
}

const period = Duration.minutes(5);
const NEARLY = 80;

/** The account's daily limit comes to its end, or is said to. */
export class BudgetAlarms extends Construct {
  constructor(scope: Construct, id: string, { metrics, ...watch }: BudgetAlarmsProps) {
    super(scope, id);
    const used = metrics('reprocess-worker', 'BudgetUsed', { statistic: 'Maximum', period });
    // Written when a worker takes from the limit. Until it does again, what it wrote last holds.
    const ofLimit = { ...watch, metric: used, missing: TreatMissingData.IGNORE };
    new RunbookAlarm(this, 'NearlyUsedUp', {
      ...ofLimit,
      heading: 'budget-nearly-used-up',
      says: `More than ${NEARLY} % of the daily limit is used.`,
      above: NEARLY,
    });
    new RunbookAlarm(this, 'UsedUp', {
      ...ofLimit,
      heading: 'budget-used-up',
      says: 'The daily limit is used up: requests wait for the reset, and then continue by themselves.',
      above: 99.9,
    });
    new RunbookAlarm(this, 'AccountPaused', {
      ...watch,
      heading: 'account-paused',
      says: 'Images fail for the daily limit although the count has some left: the account is paused until the reset.',
      metric: sumOf(
        COMPLETIONS_BY.map((entry) => metrics(entry, 'AccountPaused')),
        { label: 'paused', period },
      ),
      above: 0,
      // Written only when it happens.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}
