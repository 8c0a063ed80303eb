import { SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal-policy.ts';

export interface EmptySecretProps {
  /** Fixed, so that the command that fills it can be written down. */
  readonly name: string;
  readonly description: string;
  readonly keepsData: boolean;
  /** Why nothing rotates it on a schedule. */
  readonly whyNotRotated: string;
}

/** A secret that a person fills after the first deploy. */
export class EmptySecret extends Secret {
  /** As people write it in commands; `secretName` is an expression that reads it out of the ARN. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, { name, description, keepsData, whyNotRotated }: EmptySecretProps) {
    super(scope, id, {
      secretName: name,
      description,
      // CDK would have a random value generated, which a function could not tell from a real one: `{}` says "never
      // filled". It must stay as it is, since CloudFormation writes it over the real value as soon as it changes.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy: removalPolicyOf({ keepsData }),
    });
    this.plainName = name;
    Validations.of(this).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
  }
}
