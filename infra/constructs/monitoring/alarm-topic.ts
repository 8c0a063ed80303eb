import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export interface AlarmTopicProps {
  readonly name: string;
  /** An e-mail address, whose owner confirms once that alarms may be sent to it. Without it nobody is called. */
  readonly address: string | undefined;
}

/** What can be done to a topic beside publishing. By name, since SNS takes in a policy only what is done to a topic. */
const ADMINISTRATION = [
  'sns:AddPermission',
  'sns:DeleteTopic',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
  'sns:RemovePermission',
  'sns:SetTopicAttributes',
  'sns:Subscribe',
];

/** Where every alarm goes when it begins and when it is over. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { name, address }: AlarmTopicProps) {
    // SNS's own key admits no alarm, and its policy cannot be changed.
    const key = new Key(scope, `${id}Key`, {
      description: `Encrypts what ${name} hands on`,
      enableKeyRotation: true,
      // What was encrypted with it has been delivered or is lost.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, { topicName: name, masterKey: key, enforceSSL: true });
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    key.addToResourcePolicy(
      new PolicyStatement({ principals: [alarms], actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    // A topic's own policy takes the place of the one that lets the whole account publish.
    this.addToResourcePolicy(
      new PolicyStatement({ principals: [alarms], actions: ['sns:Publish'], resources: [this.topicArn] }),
    );
    if (address !== undefined) this.addAddress(address);
  }

  /** CDK's own closes the topic to publishing without TLS, and to nothing else. */
  protected override createSSLPolicyDocument(): PolicyStatement {
    const statement = super.createSSLPolicyDocument();
    statement.addActions(...ADMINISTRATION);
    return statement;
  }

  private addAddress(address: string): void {
    const subscription = this.addSubscription(new EmailSubscription(address));
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'A mail that cannot be delivered is of no use later; the alarm itself keeps its state and its history.',
    });
  }
}
