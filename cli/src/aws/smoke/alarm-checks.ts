import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Finding, ok, warning } from './finding.ts';

/** What SNS says in place of an ARN. */
const UNCONFIRMED = 'PendingConfirmation';

/** Whether alarms reach somebody. @param address the stage's `alarmAddress` */
export async function checkAlarms(sns: SNSClient, TopicArn: string, address: string | undefined): Promise<Finding> {
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  return judgeSubscriptions(
    Subscriptions.map(({ SubscriptionArn = '' }) => SubscriptionArn),
    address,
  );
}

export function judgeSubscriptions(arns: readonly string[], address: string | undefined): Finding {
  const confirmed = arns.filter((arn) => arn.startsWith('arn:')).length;
  const unconfirmed = arns.filter((arn) => arn === UNCONFIRMED).length;
  if (unconfirmed > 0) {
    return warning(
      `${unconfirmed} of ${confirmed + unconfirmed} addresses must confirm that it takes alarms, and gets none before: follow the link in the mail from AWS, or have it sent again (docs/runbook.md#before-anything-else)`,
    );
  }
  if (confirmed > 0) return ok(`${confirmed === 1 ? 'one address gets' : `${confirmed} addresses get`} every alarm`);
  if (address === undefined) return ok('call nobody, since the stage has no alarmAddress');
  return warning(
    'call nobody: the alarmAddress has left the topic, or never confirmed: subscribe it again (docs/runbook.md#before-anything-else)',
  );
}
