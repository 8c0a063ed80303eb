import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Place } from '../place.ts';
import { type Finding, ok, warning } from './finding.ts';

/** What SNS says in place of an ARN. */
const UNCONFIRMED = 'PendingConfirmation';

/** Whether alarms reach somebody. @param settings the stage's; undefined where they are not known */
export async function checkAlarms(sns: SNSClient, TopicArn: string, settings: Place['settings']): Promise<Finding> {
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  return judgeSubscriptions(
    Subscriptions.map(({ SubscriptionArn = '' }) => SubscriptionArn),
    settings,
  );
}

export function judgeSubscriptions(arns: readonly string[], settings: Place['settings']): Finding {
  const confirmed = arns.filter((arn) => arn.startsWith('arn:')).length;
  const unconfirmed = arns.filter((arn) => arn === UNCONFIRMED).length;
  if (unconfirmed > 0) {
    return warning(
      `${unconfirmed} of ${confirmed + unconfirmed} addresses must confirm that it takes alarms, and gets none before: follow the link in the mail from AWS, or have it sent again (docs/runbook.md#before-anything-else)`,
    );
  }
  if (confirmed > 0) return ok(`${confirmed === 1 ? 'one address gets' : `${confirmed} addresses get`} every alarm`);
  if (settings !== undefined && settings.alarmAddress === undefined) {
    return ok('call nobody, since the stage has no alarmAddress');
  }
  return warning(
    'call nobody: the alarmAddress has left the topic, never confirmed, or was never set: subscribe it again (docs/runbook.md#before-anything-else)',
  );
}
