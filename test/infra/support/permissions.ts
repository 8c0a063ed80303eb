import { meaningOf, pathOf, type Resource, resourcesOf, type StackTemplate, type StageTemplates } from './templates.ts';

interface Statement {
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, unknown>>;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What each role of a stage may do, as `action on resource`, sorted; by the role's path. */
export function permissions(stage: StageTemplates): Readonly<Record<string, readonly string[]>> {
  const byRole = Object.fromEntries(all(stage, 'AWS::IAM::Role').map((role) => [pathOf(role), [] as string[]]));
  for (const { Properties } of all(stage, 'AWS::IAM::Policy')) {
    const lines = Properties.PolicyDocument.Statement.flatMap((statement: Statement) => {
      if (statement.Effect !== 'Allow') throw new Error(`this table knows Allow only, got ${statement.Effect}`);
      return linesOf(statement, stage);
    });
    for (const role of Properties.Roles) byRole[meaningOf(role, stage)]?.push(...lines);
  }
  return Object.fromEntries(Object.entries(byRole).map(([role, lines]) => [role, lines.sort()]));
}

/** Policies that a role carries beside its own: AWS's managed ones, and those written into the role itself. */
export function otherPolicies(stage: StageTemplates): readonly string[] {
  return all(stage, 'AWS::IAM::Role')
    .filter(({ Properties }) => Properties.ManagedPolicyArns ?? Properties.Policies)
    .map(pathOf);
}

/** Who may take on a role, by the role's path. */
export function trust(stage: StageTemplates): Readonly<Record<string, readonly string[]>> {
  const lines = ({ Properties }: Resource) =>
    Properties.AssumeRolePolicyDocument.Statement.map(
      ({ Effect, Action, Principal, Condition }: Statement) =>
        `${Effect} ${Action} to ${principalOf(Principal, stage)}${limitOf(Condition, stage)}`,
    );
  return Object.fromEntries(all(stage, 'AWS::IAM::Role').map((role) => [pathOf(role), lines(role)]));
}

/** Who may invoke a function, sorted, by the function's path. */
export function invokers(stage: StageTemplates): Readonly<Record<string, readonly string[]>> {
  const byFunction: Record<string, string[]> = {};
  for (const { Properties } of all(stage, 'AWS::Lambda::Permission')) {
    const { Action, FunctionName, Principal, SourceArn, ...more } = Properties;
    if (Object.keys(more).length > 0) throw new Error(`what do ${Object.keys(more)} mean?`);
    const line = `${Action} by ${Principal} for ${meaningOf(SourceArn, stage)}`;
    const target = meaningOf(FunctionName, stage);
    byFunction[target] = [...(byFunction[target] ?? []), line].sort();
  }
  return byFunction;
}

const RESOURCE_POLICY = /^AWS::(?!IAM::|Lambda::).*Policy$/;

/** What the policies of a stage's queues, buckets, topics … say, sorted; by the policy's path. */
export function resourcePolicies(stage: StageTemplates): Readonly<Record<string, readonly string[]>> {
  const found = everything(stage).filter(({ Type }) => RESOURCE_POLICY.test(Type));
  const lines = ({ Properties }: Resource) =>
    (Properties.PolicyDocument ?? Properties.ResourcePolicy).Statement.flatMap((statement: Statement) =>
      linesOf(statement, stage).map((line) => `${statement.Effect} ${principalOf(statement.Principal, stage)} ${line}`),
    );
  return Object.fromEntries(found.map((policy) => [pathOf(policy), lines(policy).sort()]));
}

/** Types of resources that could hold rights in another form than this table's. */
export function otherHolders(stage: StageTemplates): readonly string[] {
  const known = ['AWS::IAM::Role', 'AWS::IAM::Policy'];
  const isHolder = ({ Type }: Resource) =>
    Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource' || Type.startsWith('AWS::IAM::');
  const holders = everything(stage).filter((each) => isHolder(each) && !known.includes(each.Type));
  // A key carries its policy itself.
  return [...holders, ...all(stage, 'AWS::KMS::Key')].map((each) => `${each.Type} ${pathOf(each)}`);
}

/** By which operators the policies of a stage compare which keys, as `operator key`, sorted. */
export function conditions(stage: StageTemplates): readonly string[] {
  const statements: readonly Statement[] = everything(stage).flatMap(
    ({ Properties }) => Properties?.PolicyDocument?.Statement ?? [],
  );
  const compared = statements.flatMap(({ Condition = {} }) =>
    Object.entries(Condition).flatMap(([operator, keys]) => Object.keys(keys).map((key) => `${operator} ${key}`)),
  );
  return [...new Set(compared)].sort();
}

function stacksOf(stage: StageTemplates): readonly StackTemplate[] {
  return Object.values(stage);
}

function all(stage: StageTemplates, type: string): readonly Resource[] {
  return stacksOf(stage).flatMap((template) => Object.values(resourcesOf(template, type)));
}

function everything(stage: StageTemplates): readonly Resource[] {
  return stacksOf(stage).flatMap(({ Resources }) => Object.values(Resources));
}

function linesOf({ Action, Resource, Condition }: Statement, stage: StageTemplates): string[] {
  const limit = limitOf(Condition, stage);
  return [Action]
    .flat()
    .flatMap((action) => [Resource].flat().map((on) => `${action} on ${meaningOf(on, stage)}${limit}`));
}

function limitOf(condition: Statement['Condition'], stage: StageTemplates): string {
  return condition === undefined ? '' : ` if ${conditionOf(condition, stage)}`;
}

/** `dynamodb:LeadingKeys file:*`: the value that a key of the request must have. */
function conditionOf(condition: NonNullable<Statement['Condition']>, stage: StageTemplates): string {
  const tests = Object.values(condition).flatMap((keys) => Object.entries(keys));
  return tests
    .map(([key, values]) => `${key} ${[values].flat().map((value) => meaningOf(value, stage))}`)
    .join(' and ');
}

function principalOf(principal: Statement['Principal'], stage: StageTemplates): string {
  if (typeof principal === 'string') return principal;
  const named = Object.values(principal ?? {}).flat();
  return named.map((each) => meaningOf(each, stage)).join(', ');
}
