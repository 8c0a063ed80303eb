import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, type LambdaClient, paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import { stackName } from '../../infra/names.ts';

export interface PublishedVersion {
  readonly number: number;
  /** Epoch ms. */
  readonly publishedAt: number;
}

/** A function that is invoked by an alias. */
export interface LiveFunction {
  readonly name: string;
  readonly alias: string;
  /** What the alias points to. */
  readonly current: number;
  /** What it sends a share of the invocations to, while a rollout is under way. */
  readonly shifting: readonly number[];
  /** From the oldest to the newest. */
  readonly versions: readonly PublishedVersion[];
}

/** The functions of a stage that have traffic: those to which an alias in the service stack leads. */
export async function findLiveFunctions(
  stage: string,
  cloudFormation: CloudFormationClient,
  lambda: LambdaClient,
): Promise<readonly LiveFunction[]> {
  const aliases: string[] = [];
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stackName(stage, 'service') });
  for await (const { StackResourceSummaries = [] } of pages) {
    const found = StackResourceSummaries.filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Alias');
    aliases.push(...found.map(({ PhysicalResourceId = '' }) => PhysicalResourceId));
  }
  return Promise.all(aliases.toSorted().map((arn) => readFunction(arn, lambda)));
}

async function readFunction(aliasArn: string, lambda: LambdaClient): Promise<LiveFunction> {
  const [name = '', alias = ''] = aliasArn.split(':').slice(-2);
  const [{ FunctionVersion, RoutingConfig }, versions] = await Promise.all([
    lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias })),
    readVersions(name, lambda),
  ]);
  const shifting = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).map(Number);
  return { name, alias, current: Number(FunctionVersion), shifting, versions };
}

async function readVersions(FunctionName: string, lambda: LambdaClient): Promise<readonly PublishedVersion[]> {
  const versions: PublishedVersion[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
    const published = Versions.filter(({ Version }) => Version !== '$LATEST');
    versions.push(
      ...published.map(({ Version, LastModified = '' }) => {
        return { number: Number(Version), publishedAt: Date.parse(LastModified) };
      }),
    );
  }
  return versions.toSorted((a, b) => a.number - b.number);
}
