import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal-policy.ts';

export interface GeneratedSecretProps {
  /** Fixed, so that commands that change it can be written down. */
  readonly name: string;
  readonly description: string;
  readonly keepsData: boolean;
  /** The member of its JSON that holds the random text. */
  readonly member: string;
  /** Why nothing rotates it on a schedule. */
  readonly whyNotRotated: string;
}

const CHARACTERS = 64;

/** A secret that Secrets Manager makes up itself with the first deploy: a JSON object with one random text. */
export class GeneratedSecret extends Secret {
  /** As people write it in commands; `secretName` is an expression that reads it out of the ARN. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    const { name, description, keepsData, member, whyNotRotated } = props;
    super(scope, id, {
      secretName: name,
      description,
      // CloudFormation makes a new value as soon as one of these changes: they must stay as they are.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: member,
        passwordLength: CHARACTERS,
        excludePunctuation: true,
      },
      removalPolicy: removalPolicyOf({ keepsData }),
    });
    this.plainName = name;
    Validations.of(this).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
  }
}
