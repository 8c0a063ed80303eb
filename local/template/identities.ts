import { UnsupportedTemplate } from './intrinsics.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** The local servers' addresses, `http://127.0.0.1:PORT`, as far as a template can refer to them. */
export interface LocalAddresses {
  readonly sqs: string;
  readonly api: string;
}

/** A resource as other resources refer to it. */
export interface Identity {
  readonly name: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface Kind {
  /** The property that names the resource; without one it gets a name out of its stack and logical id. */
  readonly nameProperty?: string;
  identify(name: string, addresses: LocalAddresses, resource: Identifiable): Omit<Identity, 'name'>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify(name, { sqs }) {
      const url = `${sqs}/${ACCOUNT}/${name}`;
      return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }),
  },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    // AWS ends the ARN with six characters of its own; these are the stand-in's (secrets-manager.ts).
    identify(name) {
      const id = arn('secretsmanager', `secret:${name}-AbCdEf`);
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    identify: (name) => ({ ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } }),
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `rule/${name}`) } }),
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }),
  },
  // Every version runs the one bundle that there is.
  'AWS::Lambda::Version': {
    identify: (_name, _addresses, version) => ({ ref: `${functionOf(version)}:1`, attributes: { Version: '1' } }),
  },
  'AWS::Lambda::Alias': {
    identify: (_name, _addresses, alias) => ({ ref: `${functionOf(alias)}:${alias.resolve('Name')}`, attributes: {} }),
  },
  'AWS::ApiGatewayV2::Api': {
    identify: (_name, { api }) => ({ ref: 'local', attributes: { ApiId: 'local', ApiEndpoint: api } }),
  },
  'AWS::ApiGatewayV2::Integration': {
    identify: (_name, _addresses, { logicalId }) => ({ ref: logicalId, attributes: { IntegrationId: logicalId } }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    identify: (name) => ({ ref: name, attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` } }),
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    identify: (name) => ({ ref: `arn:aws:iam::${ACCOUNT}:policy/${name}`, attributes: {} }),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    identify: (name) => ({ ref: name, attributes: { Arn: `${arn('logs', `log-group:${name}`)}:*` } }),
  },
};

export interface Identifiable {
  readonly type: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** A property with its intrinsic functions carried out. */
  resolve(property: string): unknown;
}

/** @throws UnsupportedTemplate for a type of resource that the local service gives no identity */
export function identityOf(resource: Identifiable, addresses: LocalAddresses): Identity {
  const { type, stack, logicalId, properties, resolve } = resource;
  const kind = KINDS[type];
  if (kind === undefined)
    throw new UnsupportedTemplate(`the local service does not know what a ${type} is referred to by`);
  const named = kind.nameProperty === undefined ? undefined : resolve(kind.nameProperty);
  if (named !== undefined && typeof named !== 'string') {
    throw new UnsupportedTemplate(`${kind.nameProperty} must be text, got ${JSON.stringify(named)}`);
  }
  const made = `${stack}-${logicalId}${properties.FifoQueue === true ? '.fifo' : ''}`;
  // The name of a bucket is part of an address.
  const name = named ?? (type === 'AWS::S3::Bucket' ? made.toLowerCase() : made);
  return { name, ...kind.identify(name, addresses, resource) };
}

/** ARN of the function that a version or an alias is of. */
function functionOf(resource: Identifiable): string {
  return arn('lambda', `function:${resource.resolve('FunctionName')}`);
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
